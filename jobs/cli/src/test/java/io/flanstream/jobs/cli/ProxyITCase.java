package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.flanstream.jobs.hub.TestingHub;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code model pull} through a proxy, as the environment and the JVM name it. */
@Timeout(600)
class ProxyITCase {
  private static final Path CHECKPOINT =
      TestingCommand.ROOT.resolve("model-operator/runtime/src/test/resources/golden/ul2");

  @TempDir private Path temporary;

  @Test
  void plainRequestsGoThroughTheProxyUnlessExcepted()
      throws ExecutionException, IOException, InterruptedException {
    List<String> seen = new CopyOnWriteArrayList<>();
    HttpServer proxy = forwardingProxy(seen);
    try (TestingHub hub = TestingHub.of(CHECKPOINT)) {
      String address = "http://me:secret@127.0.0.1:" + proxy.getAddress().getPort();
      TestingCommand pulled = pull(Map.of("HTTP_PROXY", address), hub.address(), "a");
      assertThat(pulled.exitCode()).as(pulled.err()).isZero();
      assertThat(seen)
          .hasSizeGreaterThan(8)
          .allMatch(request -> request.endsWith("Basic bWU6c2VjcmV0"));
      assertThat(pulled.out() + pulled.err()).doesNotContain("secret");
      int before = seen.size();

      TestingCommand direct =
          pull(Map.of("HTTP_PROXY", address, "NO_PROXY", "127.0.0.1"), hub.address(), "b");

      assertThat(direct.exitCode()).as(direct.err()).isZero();
      assertThat(seen).hasSize(before);
    } finally {
      proxy.stop(0);
    }
  }

  @Test
  void encryptedRequestsAreTunnelled()
      throws ExecutionException, IOException, InterruptedException {
    try (ServerSocket proxy = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      CompletableFuture<List<String>> asked =
          CompletableFuture.supplyAsync(() -> refuseTunnel(proxy));
      String address = "http://me:secret@127.0.0.1:" + proxy.getLocalPort();

      TestingCommand pulled = pull(Map.of("HTTPS_PROXY", address), "https://hub.invalid", "c");

      assertThat(pulled.exitCode()).isEqualTo(1);
      assertThat(pulled.err())
          .isEqualTo(
              "flanstream: Cannot pull owner/model at main: no connection to https://hub.invalid"
                  + " through proxy http://127.0.0.1:%s\n",
              proxy.getLocalPort());
      assertThat(asked.get())
          .contains("CONNECT hub.invalid:443 HTTP/1.1")
          .anyMatch(header -> header.equalsIgnoreCase("Proxy-Authorization: Basic bWU6c2VjcmV0"));
    }
  }

  private TestingCommand pull(Map<String, String> environment, String endpoint, String to)
      throws IOException, InterruptedException, ExecutionException {
    return TestingCommand.runWith(
        environment,
        "model",
        "pull",
        TestingHub.MODEL,
        "--endpoint",
        endpoint,
        "--to",
        temporary.resolve(to).toString());
  }

  /** Passes requests on, without following where they are sent. */
  private static HttpServer forwardingProxy(List<String> seen) throws IOException {
    HttpServer proxy =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    HttpClient client = HttpClient.newHttpClient();
    proxy.setExecutor(Executors.newCachedThreadPool());
    proxy.createContext(
        "/",
        exchange -> {
          URI address = exchange.getRequestURI();
          seen.add(address + " " + exchange.getRequestHeaders().getFirst("Proxy-Authorization"));
          HttpRequest request = HttpRequest.newBuilder(address).build();
          try {
            HttpResponse<byte[]> answer =
                client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            answer
                .headers()
                .map()
                .forEach(
                    (name, values) -> {
                      if (name.matches("(?i)location|link|x-linked-etag")) {
                        exchange.getResponseHeaders().put(name, values);
                      }
                    });
            int length = answer.body().length;
            exchange.sendResponseHeaders(answer.statusCode(), length == 0 ? -1 : length);
            exchange.getResponseBody().write(answer.body());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    proxy.start();
    return proxy;
  }

  /** What the first request for a tunnel says; then nothing listens any more. */
  private static List<String> refuseTunnel(ServerSocket proxy) {
    List<String> lines = new ArrayList<>();
    try (Socket socket = proxy.accept();
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      for (String line = reader.readLine(); !line.isEmpty(); line = reader.readLine()) {
        lines.add(line);
      }
      socket
          .getOutputStream()
          .write(
              "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      proxy.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }
}
