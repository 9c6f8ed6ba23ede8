package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.sql.SqlServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import org.apache.flink.configuration.RestOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Through a proxy that speaks TLS and asks for a password, in front of what does neither. */
@Timeout(300)
class PasswordsITCase {
  private static final String USER = "analyst";
  private static final String PASSWORD = "Whimbrel-tarn-64";
  private static final String STORES = "Sanderling-fell-08";

  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();

  @TempDir static Path directory;

  private static TestingCertificates authority;
  private static Path certificate;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    authority = TestingCertificates.create(Files.createDirectory(directory.resolve("ca")), STORES);
    certificate = authority.sign("proxy");
  }

  @Test
  void jdbcSaysWhoAsks()
      throws GeneralSecurityException, IOException, InterruptedException, SQLException {
    SSLContext before = SSLContext.getDefault();
    SSLContext.setDefault(TestingProxy.trusting(authority));
    try (SqlServer gateway =
            SqlServer.start(SERVERS.pipeline("triage"), SERVERS.flink(), "127.0.0.1", "0");
        TestingProxy proxy =
            TestingProxy.start(certificate, STORES, gateway.address(), USER, PASSWORD)) {
      String url = "jdbc:flanstream:https://" + proxy.address();
      try (Connection connection = DriverManager.getConnection(url, USER, PASSWORD);
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT 1 + 1")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isEqualTo(2);
      }
      for (String wrong : new String[] {"", "whimbrel"}) {
        assertThatThrownBy(() -> DriverManager.getConnection(url, USER, wrong))
            .isInstanceOf(SQLException.class)
            .hasMessage(
                "Cannot connect: %s must let user and password in, got status 401",
                proxy.address());
      }
    } finally {
      SSLContext.setDefault(before);
    }
  }

  @Test
  void commandsSayWhoAsks() throws GeneralSecurityException, IOException, InterruptedException {
    String rest =
        SERVERS.flink().get(RestOptions.ADDRESS) + ":" + SERVERS.flink().get(RestOptions.PORT);
    try (TestingProxy proxy = TestingProxy.start(certificate, STORES, rest, USER, PASSWORD)) {
      String target = "https://" + proxy.address();
      // There is none.
      assertThat(launcher(PASSWORD).run(0, "jobs", "list", "--target", target)).isEmpty();
      assertThat(launcher("whimbrel").run(1, "jobs", "list", "--target", target))
          .contains(
              "Cannot ask Flink at %s: the answer must be Flink's, got an empty one; a proxy may ask"
                  .formatted(target));
    }
  }

  /** The launcher, told as the page on TLS says. */
  private static TestingLauncher launcher(String password) throws IOException {
    Files.writeString(
        directory.resolve("config.yaml"),
        """
        security.ssl.protocol: TLSv1.3
        security.ssl.algorithms: TLS_AES_256_GCM_SHA384
        security.ssl.rest.enabled: true
        security.ssl.rest.truststore: %s
        security.ssl.rest.truststore-password: %s
        """
            .formatted(authority.trustStore(), STORES));
    String told = Base64.getEncoder().encodeToString((USER + ":" + password).getBytes(UTF_8));
    Path script =
        Files.writeString(
            directory.resolve("flanstream"),
            "#!/bin/sh%nFLINK_CONF_DIR=%s FLINK_REST_CLIENT_HEADERS='Authorization:Basic %s' exec %s \"$@\"%n"
                .formatted(directory, told, TestingLauncher.LAUNCHER));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return new TestingLauncher(script, directory);
  }
}
