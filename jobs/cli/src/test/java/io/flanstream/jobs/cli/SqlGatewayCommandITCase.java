package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.local.EmbeddedFlink;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code flanstream sql-gateway} in a process of its own, asked through JDBC. */
@Timeout(600)
class SqlGatewayCommandITCase {
  @TempDir private Path directory;

  @Test
  void answersOverJdbcAndTakesItsQueriesAlongWhenItEnds()
      throws IOException, InterruptedException, SQLException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        EmbeddedFlink flink = EmbeddedFlink.start(2, new Configuration());
        ClusterClient cluster = new ClusterClient(flink.webPage().getAuthority())) {
      kafka.createTopics(1, "enriched", "dead-letters");
      Process gateway =
          TestingCommand.start(
              List.of(),
              "sql-gateway",
              "--pipeline",
              pipeline(kafka, "path: none"),
              "--target",
              flink.webPage().getAuthority(),
              "--port",
              "0");
      String url = url(gateway);
      try (Connection connection = DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        statement.execute("SET 'execution.runtime-mode' = 'batch'");
        try (ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM enriched")) {
          assertThat(count.next()).isTrue();
          assertThat(count.getLong(1)).isZero();
        }
        statement.execute("SET 'execution.runtime-mode' = 'streaming'");
        ResultSet endless = statement.executeQuery("SELECT id FROM live.enriched");
        assertThat(endless).isNotNull();
        await(cluster, states -> states.contains(JobStatus.RUNNING));

        assertThat(gateway.toHandle().destroy()).isTrue();
        assertThat(gateway.waitFor(300, TimeUnit.SECONDS)).isTrue();
        await(cluster, states -> states.stream().allMatch(JobStatus::isGloballyTerminalState));
        assertThatThrownBy(() -> DriverManager.getConnection(url)).isNotNull();
      } catch (SQLException e) {
        // What a client has open cannot be closed any more.
        assertThat(gateway.isAlive()).as(e.toString()).isFalse();
      } finally {
        gateway.destroyForcibly();
      }
    }
  }

  /** A device that is lost is no row's fault, whatever the query does with rows that fail. */
  @Test
  void aLostDeviceFailsItsQueryWithTheReasonAndNotTheGateway()
      throws IOException, InterruptedException, SQLException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      kafka.createTopics(1, "messages", "enriched", "dead-letters");
      String model =
          "path: \"%s\", call-timeout: 1 ms, device-loss: { max: 2, directory: \"%s\" }"
              .formatted(
                  TestingCommand.ROOT.resolve("deploy/models/flan-mini"),
                  directory.resolve("losses"));
      Process gateway =
          TestingCommand.start(
              List.of(),
              "sql-gateway",
              "--pipeline",
              pipeline(kafka, model),
              "--in-process",
              "--port",
              "0");
      try (Connection connection = DriverManager.getConnection(url(gateway));
          Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE MODEL intent INPUT (`text` STRING) OUTPUT (label STRING,"
                + " error_code STRING) WITH ('provider' = 'flan-ul2', 'task' = 'classification',"
                + " 'error-mode' = 'null', 'labels' = 'refund, card')");
        statement.execute("CREATE TEMPORARY VIEW words AS SELECT 'my card is lost' AS x");
        for (String asked :
            List.of(
                "SELECT label FROM ML_PREDICT(TABLE words, MODEL intent, DESCRIPTOR(x))",
                "SELECT AI_CLASSIFY(x, ARRAY['refund', 'card'])[1].label FROM words")) {
          assertThatThrownBy(() -> read(statement, asked))
              .as(asked)
              .hasStackTraceContaining(
                  "a call of the device must return within model.call-timeout = PT0.001S");
          assertThat(gateway.isAlive()).isTrue();
        }
        assertThat(read(statement, "SELECT COUNT(*) FROM enriched")).isZero();
      } finally {
        gateway.destroyForcibly();
      }
    }
  }

  private static long read(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void await(ClusterClient cluster, Predicate<List<JobStatus>> condition)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    List<JobStatus> states = states(cluster);
    while (!condition.test(states)) {
      assertThat(System.nanoTime()).as(states.toString()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
      states = states(cluster);
    }
  }

  private static List<JobStatus> states(ClusterClient cluster) throws IOException {
    return cluster.jobs().stream().map(JobStatusMessage::getJobState).toList();
  }

  private static String url(Process gateway) throws IOException {
    BufferedReader out = gateway.inputReader(StandardCharsets.UTF_8);
    StringBuilder said = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      said.append(line).append('\n');
      if (line.startsWith("JDBC  ")) {
        return line.substring("JDBC  ".length());
      }
    }
    throw new AssertionError("it ended: " + said);
  }

  private String pipeline(EmbeddedKafka kafka, String model) throws IOException {
    String yaml =
        """
        name: test
        kafka: { bootstrap-servers: "%s" }
        source: { topic: messages }
        model: { %s }
        tasks: [ { name: intent, type: classification, labels: [refund, card] } ]
        sink: { topic: enriched }
        dead-letters: { topic: dead-letters }
        """
            .formatted(kafka.bootstrapServers(), model);
    return Files.writeString(directory.resolve("pipeline.yaml"), yaml).toString();
  }
}
