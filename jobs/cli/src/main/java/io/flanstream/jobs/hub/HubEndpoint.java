package io.flanstream.jobs.hub;

import io.flanstream.jobs.terminal.CommandException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A server that speaks the Hugging Face hub's protocol.
 *
 * @param base its address, http or https, without a slash at the end
 * @param token what it is shown, if anything; nobody else is
 */
public record HubEndpoint(URI base, Optional<String> token) {
  /** The hub of Hugging Face. */
  public static final String HUGGING_FACE = "https://huggingface.co";

  /**
   * An endpoint at an address.
   *
   * @throws CommandException if the address is none
   */
  public static HubEndpoint of(String address, Optional<String> token) {
    URI base = parsed(address.replaceFirst("/+$", ""));
    boolean web = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
    if (!web || base.getHost() == null || base.getRawQuery() != null) {
      throw refused(address, null);
    }
    if (base.getRawUserInfo() != null) {
      throw CommandException.usage(
          "Cannot use hub: its address must have no user or password; a token goes into HF_TOKEN");
    }
    return new HubEndpoint(base, token.map(String::strip).filter(text -> !text.isEmpty()));
  }

  /** Where the hub says which commit a revision is. */
  URI revision(HubModel model) {
    return uri("/api/models/%s/revision/%s", model.id(), encoded(model.revision()));
  }

  /** Where the hub lists the files in a commit's root directory. */
  URI listing(HubModel model, String commit) {
    return uri("/api/models/%s/tree/%s", model.id(), commit);
  }

  /** Where the hub says whose a pull request is. */
  URI discussion(HubModel model, int number) {
    return uri("/api/models/%s/discussions/%s", model.id(), number);
  }

  /** Where a file of a commit is. */
  URI file(HubModel model, String commit, String name) {
    return uri("/%s/resolve/%s/%s", model.id(), commit, encoded(name));
  }

  /** Whether an address is on this server: same scheme, host and port. */
  boolean isOwn(URI address) {
    return Objects.equals(origin(base), origin(address));
  }

  private URI uri(String form, Object... parts) {
    return URI.create(base + form.formatted(parts));
  }

  private static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String origin(URI address) {
    int port = address.getPort();
    int standard = "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
    return "%s://%s:%s"
        .formatted(address.getScheme(), address.getHost(), port < 0 ? standard : port)
        .toLowerCase(Locale.ROOT);
  }

  private static URI parsed(String address) {
    try {
      return new URI(address);
    } catch (URISyntaxException e) {
      throw refused(address, e);
    }
  }

  private static CommandException refused(String address, URISyntaxException cause) {
    CommandException refusal =
        CommandException.usage(
            "Cannot use hub: its address must be like %s, got %s".formatted(HUGGING_FACE, address));
    if (cause != null) {
      refusal.initCause(cause);
    }
    return refusal;
  }

  /** Without the token. */
  @Override
  public String toString() {
    return base.toString();
  }
}
