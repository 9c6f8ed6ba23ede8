package io.flanstream.jobs.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.Position;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.types.Row;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten records, a minute apart; but the last is as old as the fourth. */
@Timeout(120)
class RecordTimeITCase {
  /** Kafka drops what is older than a week. */
  private static final Instant FIRST = Instant.now().truncatedTo(ChronoUnit.HOURS);

  private static final Pattern MINUTE = Pattern.compile("\\{(\\d)}");

  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();

  @BeforeAll
  static void fillTopic() throws IOException, ExecutionException, InterruptedException {
    SERVERS.kafka().createTopics(1, "enriched", "dead-letters");
    try (KafkaProducer<byte[], byte[]> producer = SERVERS.producer()) {
      for (int i = 0; i < 10; i++) {
        String id = "m-" + i;
        producer
            .send(
                new ProducerRecord<>(
                    "enriched",
                    0,
                    FIRST.plus(Duration.ofMinutes(i == 9 ? 3 : i)).toEpochMilli(),
                    id.getBytes(UTF_8),
                    TestingResults.bytes(TestingResults.event(id, "refund", "20 quid"))))
            .get();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "record_time >= TIMESTAMP '{7}' | m-7 m-8 | 3",
        "record_time BETWEEN '{2}' AND '{3}' | m-2 m-3 m-9 | 8",
        "record_time > TIMESTAMP '{8}' OR id = 'm-0' | m-0 | 10",
        "event_time > TIMESTAMP '2026-03-02 09:00:00' AND id = 'm-9' | m-9 | 10"
      })
  void conditionNarrowsWhatIsRead(String condition, String ids, long read)
      throws IOException, InterruptedException {
    String query = "SELECT id FROM answers WHERE " + dated(condition);
    SqlSession streaming =
        SqlSession.open(
            pipeline(),
            SERVERS.flink(),
            new SqlSettings(RuntimeExecutionMode.STREAMING, new Position.Earliest()));
    try (SqlResult result = streaming.execute(query);
        ClusterClient cluster = streaming.cluster()) {
      for (String id : ids.split(" ")) {
        assertThat(result.next()).isEqualTo(Row.of("+I", id));
      }
      JobID job = result.job().orElseThrow();
      while (cluster.recordsRead(job) < read) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      assertThat(cluster.recordsRead(job)).isEqualTo(read);
    }
    SqlSession batch = SqlSession.open(pipeline(), SERVERS.flink());
    StringWriter written = new StringWriter();
    batch.run(query, ResultFormat.CSV, new PrintWriter(written));
    assertThat(written.toString().lines()).containsExactly(("id " + ids).split(" "));
  }

  @Test
  void planSaysWhatIsPushed() {
    SqlSession session = SqlSession.open(pipeline(), SERVERS.flink());
    for (String table : List.of("enriched", "answers", "classifications", "extractions")) {
      assertThat(plan(session, "SELECT id FROM %s WHERE record_time >= TIMESTAMP '{7}'", table))
          .contains(dated("metadata=[timestamp], filter=[>=(record_time, {7})]"));
    }
    session
        .execute(
            """
            CREATE TEMPORARY TABLE named (
              `timestamp` INT, wrote TIMESTAMP_LTZ(3) METADATA FROM 'timestamp')
            WITH ('topic' = 'enriched', 'format' = 'json') LIKE `connection`""")
        .close();
    assertThat(plan(session, "SELECT * FROM %s WHERE wrote > '{7}' AND `timestamp` > 1", "named"))
        .contains("filter=[>(wrote, ");
    assertThat(plan(session, "SELECT * FROM %s WHERE `timestamp` > 1", "named"))
        .contains("filter=[]");
  }

  /** Each reader ends by itself, whoever asks: JDBC reads to the end of the job. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id FROM enriched LIMIT 3",
        "SELECT id FROM (SELECT id, intent FROM answers LIMIT 5) LIMIT 3",
      })
  void limitIsPushedDown(String query) {
    SqlSession batch = SqlSession.open(pipeline(), SERVERS.flink());
    assertThat(batch.plan(query)).containsPattern("TableSourceScan.* limit=\\[[35]\\]");
    StringWriter written = new StringWriter();
    batch.run(query, ResultFormat.CSV, new PrintWriter(written));
    assertThat(written.toString().lines()).hasSize(4);
  }

  private static String plan(SqlSession session, String query, String table) {
    return session.plan(dated(query.formatted(table)));
  }

  /** Puts times in place of minutes since the first record. */
  private static String dated(String condition) {
    return MINUTE
        .matcher(condition)
        .replaceAll(
            minute ->
                FIRST
                    .plus(Duration.ofMinutes(Long.parseLong(minute.group(1))))
                    .toString()
                    .replace('T', ' ')
                    .replace("Z", ""));
  }

  private static Pipeline pipeline() {
    return SERVERS.pipeline("test-1");
  }
}
