package io.flanstream.operators.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP server with the answers of a schema registry that it was given. */
public final class TestingRegistry implements AutoCloseable {
  static {
    // Header and body of an answer would wait for each other, 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private static final Answer UNKNOWN =
      new Answer(404, "{\"error_code\": 40403, \"message\": \"Schema not found\"}");

  private final HttpServer server;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile Answer trouble;
  private volatile int troubles;

  private record Answer(int status, String body) {}

  /** Starts it on loopback. */
  public TestingRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  /** A schema, as GET gives it. */
  public TestingRegistry schema(int id, String schema) {
    return answer(
        "GET /schemas/ids/" + id,
        200,
        JsonMapper.builder().build().createObjectNode().put("schema", schema).toString());
  }

  /** Any answer. */
  public TestingRegistry answer(String request, int status, String body) {
    answers.put(request, new Answer(status, body));
    return this;
  }

  /** So many requests get another answer first; 302 sends on to the types. */
  public void trouble(int count, int status, String body) {
    trouble = new Answer(status, body);
    troubles = count;
  }

  /** Every request: method, path, body, and as whom. */
  public List<String> asked() {
    return asked;
  }

  /** Its base address. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Opens clients that wait so long. */
  public RegistryProvider provider(Duration timeout) {
    URI address = address();
    return () ->
        new SchemaRegistry(
            new RegistryAccess(
                List.of(address), Optional.of("Basic dTpw"), Optional.empty(), timeout));
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      String user = exchange.getRequestHeaders().getFirst("Authorization");
      asked.add((request + " " + body).strip() + " as " + user);
      Answer answer = answers.getOrDefault(request, UNKNOWN);
      if (troubles > 0) {
        troubles--;
        answer = trouble;
      }
      if (answer.status() == 302) {
        exchange.getResponseHeaders().set("Location", address() + "/schemas/types");
      }
      byte[] bytes = answer.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
