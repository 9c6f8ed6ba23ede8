package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * Apicurio Registry in a process of its own, and before it a gate that demands TLS, a client's
 * certificate and a password: Apicurio itself asks an OpenID server for passwords, which is not
 * here. The test comes in beside the gate.
 */
final class TestingSchemaRegistry implements AutoCloseable {
  static final String USER = "triage";
  static final String PASSWORD = "Turnstone-pebble-3";
  static final String STORE_PASSWORD = "Lapwing-eggs-88";

  static {
    // Header and body of an answer would wait for each other, 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private static final String API = TestingApicurio.API;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final TestingCertificates certificates;
  private final Path store;
  private final Process server;
  private final URI origin;
  private final HttpsServer gate;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean isAway;

  TestingSchemaRegistry(Path directory)
      throws IOException, InterruptedException, GeneralSecurityException {
    TestingApicurio apicurio = TestingApicurio.inMemory();
    origin = apicurio.origin();
    server = apicurio.start();
    certificates = TestingCertificates.create(directory, STORE_PASSWORD);
    store = certificates.sign("registry");
    gate = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gate.setHttpsConfigurator(withClientCertificate(context()));
    gate.createContext("/", this::pass);
    gate.setExecutor(threads);
    gate.start();
    apicurio.await();
  }

  /** Base address, behind the gate. */
  String url() {
    return "https://127.0.0.1:%s%s".formatted(gate.getAddress().getPort(), API);
  }

  /** What a client is told, the password in a file that Kafka's code reads. */
  Map<String, String> properties(Path directory) throws IOException {
    Path secrets =
        Files.writeString(
            directory.resolve("registry.properties"), "user=%s:%s".formatted(USER, PASSWORD));
    Map<String, String> properties = properties("${file:%s:user}".formatted(secrets));
    properties.put("config.providers", "file");
    properties.put(
        "config.providers.file.class",
        "org.apache.kafka.common.config.provider.FileConfigProvider");
    return properties;
  }

  /** What a client with these credentials is told. */
  Map<String, String> properties(String credentials) {
    Map<String, String> properties = new HashMap<>();
    properties.put("basic.auth.user.info", credentials);
    properties.put("ssl.truststore.type", "PEM");
    properties.put("ssl.truststore.location", certificates.pem().toString());
    properties.put("ssl.keystore.type", "PKCS12");
    properties.put("ssl.keystore.location", store.toString());
    properties.put("ssl.keystore.password", STORE_PASSWORD);
    return properties;
  }

  /** Registers a schema, as a producer would; its id. */
  int register(String subject, String schema, String type)
      throws IOException, InterruptedException {
    return register(
        subject, MAPPER.createObjectNode().put("schema", schema).put("schemaType", type));
  }

  /** The same for an Avro schema that names a type of another subject's first version. */
  int registerReferring(String subject, String schema, String type, String otherSubject)
      throws IOException, InterruptedException {
    return registerReferring(subject, schema, "AVRO", type, otherSubject);
  }

  /** The same for a schema of any kind. */
  int registerReferring(
      String subject, String schema, String kind, String name, String otherSubject)
      throws IOException, InterruptedException {
    ObjectNode body = MAPPER.createObjectNode().put("schema", schema).put("schemaType", kind);
    body.putArray("references")
        .addObject()
        .put("name", name)
        .put("subject", otherSubject)
        .put("version", 1);
    return register(subject, body);
  }

  private int register(String subject, JsonNode body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(origin + API + "/subjects/" + subject + "/versions"))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
    return json(request).required("id").intValue();
  }

  /** The schema of an id, as a consumer would ask for it. */
  String schema(int id) throws IOException, InterruptedException {
    return get("/schemas/ids/" + id).required("schema").textValue();
  }

  /** The subjects that there are. */
  List<String> subjects() throws IOException, InterruptedException {
    return MAPPER.convertValue(
        get("/subjects"),
        MAPPER.getTypeFactory().constructCollectionType(List.class, String.class));
  }

  /** From now on a subject's new schema must be compatible so with its last. */
  void demand(String compatibility) throws IOException, InterruptedException {
    String body = MAPPER.createObjectNode().put("compatibility", compatibility).toString();
    JsonNode answer =
        json(
            HttpRequest.newBuilder(URI.create(origin + API + "/config"))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .PUT(BodyPublishers.ofString(body))
                .build());
    assertThat(answer.path("compatibility").asText()).isEqualTo(compatibility);
  }

  /** From now on the gate answers 503, or passes requests on. */
  void setAway(boolean away) {
    isAway = away;
    refused.set(0);
  }

  /** Waits until so many requests were answered 503. */
  void awaitRefused(int count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (refused.get() < count) {
      assertThat(System.nanoTime()).as("only %s requests".formatted(refused)).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Override
  public void close() {
    gate.stop(0);
    threads.shutdownNow();
    server.destroyForcibly().onExit().join();
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return json(HttpRequest.newBuilder(URI.create(origin + API + path)).build());
  }

  private static JsonNode json(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).as("%s: %s", request, answer.body()).isEqualTo(200);
    return MAPPER.readTree(answer.body());
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (isAway) {
        refused.incrementAndGet();
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      String credentials =
          Base64.getEncoder().encodeToString((USER + ':' + PASSWORD).getBytes(UTF_8));
      String user = exchange.getRequestHeaders().getFirst("Authorization");
      if (!("Basic " + credentials).equals(user)) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      passOn(exchange, body);
    }
  }

  private void passOn(HttpExchange exchange, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(origin.resolve(exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type != null) {
      request.header("Content-Type", type);
    }
    try {
      HttpResponse<byte[]> answer = HTTP.send(request.build(), BodyHandlers.ofByteArray());
      exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private SSLContext context() throws IOException, GeneralSecurityException {
    KeyStore keys = keyStore(store);
    KeyManagerFactory keyManagers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, STORE_PASSWORD.toCharArray());
    TrustManagerFactory trustManagers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trustManagers.init(keyStore(certificates.trustStore()));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return context;
  }

  private static KeyStore keyStore(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, STORE_PASSWORD.toCharArray());
    }
    return store;
  }

  private static HttpsConfigurator withClientCertificate(SSLContext context) {
    return new HttpsConfigurator(context) {
      @Override
      public void configure(HttpsParameters parameters) {
        SSLParameters demanded = getSSLContext().getDefaultSSLParameters();
        demanded.setNeedClientAuth(true);
        parameters.setSSLParameters(demanded);
      }
    };
  }
}
