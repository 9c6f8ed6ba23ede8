package io.flanstream.jobs.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An event's time is the same whatever its record is written as and wherever it is read. */
@Timeout(600)
class EventTimeZonesITCase {
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();
  private static final List<String> FORMATS = List.of("json", "avro");

  private static final List<String> ZONES = List.of("UTC", "Pacific/Apia", "America/St_Johns");
  private static final List<String> TABLES = List.of("enriched", "answers", "classifications");

  @Test
  void isThatOfUtcInEveryFormatAndZone()
      throws IOException, ExecutionException, InterruptedException {
    write();
    List<String> read = new ArrayList<>();
    for (String format : FORMATS) {
      SqlSession session = SqlSession.open(pipeline(format), SERVERS.flink());
      for (String zone : ZONES) {
        session.execute("SET 'table.local-time-zone' = '%s'".formatted(zone)).close();
        read.addAll(rows(session));
      }
    }
    assertThat(read)
        .hasSize(FORMATS.size() * ZONES.size() * TABLES.size())
        .containsOnly("2026-03-02T09:14:05.250,2026-03-02 09:14:05.250,9");
  }

  private static List<String> rows(SqlSession session) {
    StringWriter written = new StringWriter();
    session.run(
        TABLES.stream()
            .map(
                table ->
                    "SELECT event_time AS `time`, CAST(event_time AS STRING) AS text,"
                        + " HOUR(event_time) AS `hour` FROM %s".formatted(table)
                        + " WHERE event_time = TIMESTAMP '2026-03-02 09:14:05.250'")
            .collect(Collectors.joining(" UNION ALL ")),
        ResultFormat.CSV,
        new PrintWriter(written));
    return written.toString().lines().skip(1).toList();
  }

  private static void write() throws IOException, ExecutionException, InterruptedException {
    EnrichedEvent event = TestingResults.event("m-1", "refund", "20 quid");
    SERVERS.kafka().createTopics(1, "json", "avro", "dead-letters");
    try (KafkaProducer<byte[], byte[]> producer = SERVERS.producer()) {
      byte[] key = event.getId().getBytes(UTF_8);
      producer.send(new ProducerRecord<>("json", key, TestingResults.json(event))).get();
      producer.send(new ProducerRecord<>("avro", key, TestingResults.bytes(event))).get();
    }
  }

  private static Pipeline pipeline(String format) {
    return SERVERS.pipeline(format, "sink: { topic: %1$s, format: %1$s }".formatted(format));
  }
}
