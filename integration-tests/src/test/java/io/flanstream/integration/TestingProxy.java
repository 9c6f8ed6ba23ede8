package io.flanstream.integration;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A proxy that speaks TLS and asks for a user and a password, as nginx does where it is told to.
 */
final class TestingProxy implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpsServer server;
  private final String behind;

  private TestingProxy(HttpsServer server, String behind) {
    this.server = server;
    this.behind = behind;
  }

  /**
   * Starts one on loopback.
   *
   * @param certificate key store with its key
   * @param opening what opens the key store
   * @param behind host and port of what it stands in front of
   * @param user who is let in
   * @param password with which password
   */
  static TestingProxy start(
      Path certificate, String opening, String behind, String user, String password)
      throws IOException, GeneralSecurityException {
    KeyStore keys = load(certificate, opening);
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, opening.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    TestingProxy proxy = new TestingProxy(server, behind);
    server
        .createContext("/", proxy::pass)
        .setAuthenticator(
            new BasicAuthenticator("flanstream") {
              @Override
              public boolean checkCredentials(String name, String told) {
                return name.equals(user) && told.equals(password);
              }
            });
    server.setExecutor(proxy.threads);
    server.start();
    return proxy;
  }

  /** A client that trusts an authority. */
  static SSLContext trusting(TestingCertificates authority)
      throws IOException, GeneralSecurityException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(load(authority.trustStore(), authority.password()));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore load(Path file, String password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password.toCharArray());
    }
    return store;
  }

  /** Its host and port. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://" + behind + exchange.getRequestURI()))
              .method(
                  exchange.getRequestMethod(),
                  HttpRequest.BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
      Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
          .ifPresent(type -> request.header("Content-Type", type));
      HttpResponse<byte[]> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      response
          .headers()
          .firstValue("Content-Type")
          .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
      exchange.sendResponseHeaders(response.statusCode(), response.body().length);
      exchange.getResponseBody().write(response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
