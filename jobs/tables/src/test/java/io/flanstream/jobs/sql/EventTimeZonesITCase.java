package io.flanstream.jobs.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.local.EmbeddedFlink;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An event's time is the same whatever its record is written as and wherever it is read. */
@Timeout(600)
class EventTimeZonesITCase {
  private static final List<String> FORMATS = List.of("json", "avro");

  private static final List<String> ZONES = List.of("UTC", "Pacific/Apia", "America/St_Johns");
  private static final List<String> TABLES = List.of("enriched", "answers", "classifications");

  @Test
  void isThatOfUtcInEveryFormatAndZone()
      throws IOException, ExecutionException, InterruptedException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        EmbeddedFlink flink = EmbeddedFlink.start(1, new Configuration())) {
      write(kafka);
      List<String> read = new ArrayList<>();
      for (String format : FORMATS) {
        SqlSession session = SqlSession.open(pipeline(kafka, format), flink.client());
        for (String zone : ZONES) {
          session.execute("SET 'table.local-time-zone' = '%s'".formatted(zone)).close();
          read.addAll(rows(session));
        }
      }
      assertThat(read)
          .hasSize(FORMATS.size() * ZONES.size() * TABLES.size())
          .containsOnly("2026-03-02T09:14:05.250,2026-03-02 09:14:05.250,9");
    }
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

  private static void write(EmbeddedKafka kafka)
      throws IOException, ExecutionException, InterruptedException {
    EnrichedEvent event = TestingResults.event("m-1", "refund", "20 quid");
    kafka.createTopics(1, "json", "avro", "dead-letters");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      byte[] key = event.getId().getBytes(UTF_8);
      producer.send(new ProducerRecord<>("json", key, TestingResults.json(event))).get();
      producer.send(new ProducerRecord<>("avro", key, TestingResults.bytes(event))).get();
    }
  }

  private static Pipeline pipeline(EmbeddedKafka kafka, String format) {
    return PipelineFile.parse(
        """
        name: %2$s
        kafka: { bootstrap-servers: "%1$s" }
        source: { topic: messages }
        model: { path: none }
        tasks: [ { name: intent, type: classification, labels: [refund, other] } ]
        sink: { topic: %2$s, format: %2$s }
        dead-letters: { topic: dead-letters }
        """
            .formatted(kafka.bootstrapServers(), format),
        "test",
        Path.of(""));
  }
}
