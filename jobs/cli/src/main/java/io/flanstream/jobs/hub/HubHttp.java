package io.flanstream.jobs.hub;

import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Requests to a hub, and to wherever it sends on.
 *
 * <p>Redirects are followed here and not by the client, which would show the token to other hosts,
 * too. Thread-safe.
 */
final class HubHttp implements AutoCloseable {
  private static final int MAX_REDIRECTS = 10;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final HubEndpoint endpoint;
  private final Duration patience;
  private final StallGuard guard;
  private final EnvironmentProxies proxies;
  private final HttpClient client;

  /**
   * A client of a hub.
   *
   * @param endpoint the hub
   * @param patience how long a server may be silent
   */
  HubHttp(HubEndpoint endpoint, Duration patience) {
    this.endpoint = endpoint;
    this.patience = patience;
    this.guard = new StallGuard(patience);
    this.proxies = new EnvironmentProxies(System.getenv());
    // HTTP/2 would put all files on one connection, and one TCP window.
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(patience)
            .proxy(proxies)
            .build();
  }

  HubEndpoint endpoint() {
    return endpoint;
  }

  /** The proxy that stands before an address, for messages; empty without one. */
  String via(URI address) {
    return proxies.proxy(address).map(" through proxy %s"::formatted).orElse("");
  }

  /**
   * Asks for bytes.
   *
   * @param address where
   * @param from first byte
   * @return the last answer, which is no redirect; the caller closes it
   * @throws CommandException if a redirect leads where no request should go
   * @throws IOException if no answer comes
   */
  HubResponse get(URI address, long from) throws IOException, InterruptedException {
    URI at = address;
    Optional<String> etag = Optional.empty();
    for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
      HttpResponse<InputStream> answer =
          client.send(request(at, from), BodyHandlers.ofInputStream());
      if (etag.isEmpty()) {
        etag = answer.headers().firstValue("X-Linked-ETag");
      }
      Optional<String> location = answer.headers().firstValue("Location");
      if (!REDIRECTS.contains(answer.statusCode()) || location.isEmpty()) {
        InputStream body = guard.watch(answer.body());
        return new HubResponse(
            at, endpoint.isOwn(at), answer.statusCode(), answer.headers(), etag, body);
      }
      answer.body().close();
      at = redirected(at, location.get());
    }
    throw new CommandException(
        "Cannot pull from %s: it must answer within %s redirects"
            .formatted(HubResponse.place(address), MAX_REDIRECTS));
  }

  @Override
  public void close() {
    guard.close();
  }

  private HttpRequest request(URI address, long from) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address).timeout(patience).header("User-Agent", "flanstream");
    if (from > 0) {
      request.header("Range", "bytes=%s-".formatted(from));
    }
    proxies
        .credentials(address)
        .ifPresent(credentials -> request.header("Proxy-Authorization", credentials));
    if (endpoint.isOwn(address)) {
      endpoint.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    }
    return request.build();
  }

  private static URI redirected(URI from, String location) throws IOException {
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new IOException(HubResponse.place(from) + " redirects to no address", e);
    }
    boolean web = "https".equals(to.getScheme()) || "http".equals(to.getScheme());
    boolean weaker = "https".equals(from.getScheme()) && !"https".equals(to.getScheme());
    if (!web || weaker || to.getHost() == null) {
      throw new CommandException(
          "Cannot pull from %s: it must redirect to %s, got %s"
              .formatted(
                  HubResponse.place(from),
                  weaker ? "https" : "http or https",
                  HubResponse.place(to)));
    }
    return to;
  }
}
