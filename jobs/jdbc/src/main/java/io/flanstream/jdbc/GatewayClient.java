package io.flanstream.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/** A session of a gateway, over its REST interface. */
final class GatewayClient {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final String VERSION = "/v3";
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
  private final URI gateway;
  private final Login login;
  private String session = "";

  private GatewayClient(URI gateway, Login login) {
    this.gateway = gateway;
    this.login = login;
  }

  static GatewayClient open(URI gateway, Properties options, Login login) throws SQLException {
    GatewayClient client = new GatewayClient(gateway, login);
    ObjectNode request = JSON.createObjectNode();
    ObjectNode properties = request.putObject("properties");
    options.stringPropertyNames().forEach(key -> properties.put(key, options.getProperty(key)));
    client.session =
        VERSION
            + "/sessions/"
            + client.post(VERSION + "/sessions", request).path("sessionHandle").asText();
    return client;
  }

  /** Begins a statement; the path of its operation. */
  String execute(String statement) throws SQLException {
    ObjectNode request = JSON.createObjectNode().put("statement", statement);
    return session
        + "/operations/"
        + post(session + "/statements", request).path("operationHandle").asText();
  }

  /** The first results of an operation. */
  JsonNode results(String operation) throws SQLException {
    return next(operation + "/result/0?rowFormat=JSON");
  }

  /** The results at a path that other results have named. */
  JsonNode next(String path) throws SQLException {
    return ask(request(path).GET());
  }

  void cancel(String operation) throws SQLException {
    post(operation + "/cancel", JSON.createObjectNode());
  }

  void closeOperation(String operation) throws SQLException {
    ask(request(operation + "/close").DELETE());
  }

  void heartbeat() throws SQLException {
    post(session + "/heartbeat", JSON.createObjectNode());
  }

  /** The session's options, as they are now. */
  Map<String, String> options() throws SQLException {
    JsonNode properties = ask(request(session).GET()).path("properties");
    return JSON.convertValue(
        properties, JSON.getTypeFactory().constructMapType(Map.class, String.class, String.class));
  }

  /** The version of Flink. */
  String version() throws SQLException {
    return ask(request(VERSION + "/info").GET()).path("version").asText();
  }

  void close() throws SQLException {
    ask(request(session).DELETE());
  }

  private JsonNode post(String path, ObjectNode body) throws SQLException {
    return ask(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
  }

  private HttpRequest.Builder request(String path) {
    return login.with(HttpRequest.newBuilder(gateway.resolve(path)));
  }

  private JsonNode ask(HttpRequest.Builder request) throws SQLException {
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == UNAUTHORIZED || response.statusCode() == FORBIDDEN) {
        throw login.refused(gateway, response.statusCode());
      }
      JsonNode answer = json(response.body());
      if (response.statusCode() >= 400) {
        throw GatewayError.of(answer.path("errors"));
      }
      return answer;
    } catch (IOException e) {
      throw new SQLNonTransientConnectionException(
          "Cannot reach the SQL gateway at %s: %s".formatted(gateway.getAuthority(), e),
          "08006",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("Cannot wait for the SQL gateway: the thread was interrupted", e);
    }
  }

  private JsonNode json(String body) throws SQLException {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new SQLException(
          "Cannot read the answer of %s: it must be JSON of a SQL gateway, got %s"
              .formatted(gateway.getAuthority(), body.lines().findFirst().orElse("nothing")),
          "08S01",
          e);
    }
  }
}
