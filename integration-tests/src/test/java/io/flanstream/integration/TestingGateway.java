package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jdbc.FlanstreamDriver;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

/** A SQL gateway in a process of its own, and a session of JDBC with it. */
final class TestingGateway implements AutoCloseable {
  private final Process process;
  private final Connection connection;

  private TestingGateway(Process process, Connection connection) {
    this.process = process;
    this.connection = connection;
  }

  /** Starts one whose queries run on a cluster. */
  static TestingGateway start(Path directory, TestingCluster cluster, String pipeline)
      throws IOException, InterruptedException, SQLException {
    Path output = directory.resolve("gateway.out");
    Process process =
        new TestingLauncher(TestingLauncher.LAUNCHER, directory)
            .start(
                output,
                "sql-gateway",
                "--pipeline",
                pipeline,
                "--port",
                "0",
                "--target",
                cluster.address());
    try {
      return new TestingGateway(
          process, new FlanstreamDriver().connect(url(process, output), new Properties()));
    } catch (SQLException | RuntimeException | Error e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static String url(Process process, Path output) throws IOException, InterruptedException {
    Optional<String> url = Optional.empty();
    while (url.isEmpty()) {
      assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
      TimeUnit.MILLISECONDS.sleep(50);
      url = Files.readAllLines(output).stream().filter(line -> line.startsWith("JDBC  ")).findAny();
    }
    return url.get().substring("JDBC  ".length());
  }

  /** What a statement answers: its rows, or its failure with all that is behind it. */
  String ask(String sql) {
    StringWriter said = new StringWriter();
    try (Statement statement = connection.createStatement()) {
      if (statement.execute(sql)) {
        said.write(rows(statement.getResultSet()));
      }
    } catch (SQLException | RuntimeException e) {
      e.printStackTrace(new PrintWriter(said));
    }
    return said.toString();
  }

  private static String rows(ResultSet rows) throws SQLException {
    StringJoiner joined = new StringJoiner("\n");
    while (rows.next()) {
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        joined.add(String.valueOf(rows.getObject(i)));
      }
    }
    return joined.toString();
  }

  @Override
  public void close() throws SQLException {
    try {
      connection.close();
    } finally {
      process.toHandle().destroy();
      process.onExit().join();
    }
  }
}
