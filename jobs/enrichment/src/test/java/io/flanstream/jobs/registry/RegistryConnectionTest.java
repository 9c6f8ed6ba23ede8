package io.flanstream.jobs.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.flanstream.jobs.pipeline.RegistrySettings;
import io.flanstream.operators.registry.RegistryException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryConnectionTest {
  private final List<String> users = Collections.synchronizedList(new ArrayList<>());

  @TempDir private Path directory;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] types = "[\"AVRO\"]".getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/",
        exchange -> {
          users.add(exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(200, types.length);
          exchange.getResponseBody().write(types);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void saysWhoAsks() {
    reach(Map.of());
    reach(Map.of("basic.auth.user.info", "me:pass:word"));
    reach(Map.of("bearer.auth.credentials.source", "STATIC_TOKEN", "bearer.auth.token", "abc"));

    assertThat(users).containsExactly(null, "Basic bWU6cGFzczp3b3Jk", "Bearer abc");
  }

  @Test
  void readsSecretsWhereItIsOpened() throws IOException, ClassNotFoundException {
    Path secrets = directory.resolve("registry.properties");
    RegistryConnection connection =
        connection(
            "http",
            Map.of(
                "config.providers",
                "file",
                "config.providers.file.class",
                "org.apache.kafka.common.config.provider.FileConfigProvider",
                "basic.auth.user.info",
                "${file:%s:user}".formatted(secrets)));
    assertThatExceptionOfType(RegistryException.class)
        .isThrownBy(connection::open)
        .withMessageStartingWith(
            "Cannot open schema registry: Could not read properties from file");
    Files.writeString(secrets, "user=me:pass:word");

    InstantiationUtil.clone(connection).open().reach();

    assertThat(users).containsExactly("Basic bWU6cGFzczp3b3Jk");
  }

  @Test
  void saysWhatCannotBeTrusted() {
    assertThatExceptionOfType(RegistryException.class)
        .isThrownBy(
            connection(
                    "https",
                    Map.of(
                        "ssl.truststore.type", "PKCS12",
                        "ssl.truststore.location", directory.resolve("ca.p12").toString(),
                        "ssl.truststore.password", "hunter2"))
                ::open)
        .withMessageMatching("Cannot open schema registry: .*ca.p12.*")
        .withMessageNotContaining("hunter2");
    assertThatExceptionOfType(RegistryException.class)
        .isThrownBy(connection("http", Map.of("basic.auth.credentials.source", "URL"))::open)
        .withMessage(
            "Cannot open schema registry: Invalid value URL for configuration"
                + " basic.auth.credentials.source: String must be one of: USER_INFO");
  }

  private void reach(Map<String, String> properties) {
    connection("http", properties).open().reach();
  }

  private RegistryConnection connection(String scheme, Map<String, String> properties) {
    return new RegistryConnection(
        new RegistrySettings(
            "%s://127.0.0.1:%s".formatted(scheme, server.getAddress().getPort()),
            true,
            Duration.ZERO,
            properties));
  }
}
