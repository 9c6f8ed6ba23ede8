package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.local.EmbeddedFlink;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.Generation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What tasks wrote, in SQL, beside events of the time before they did. */
class GenerationViewITCase {

  @Test
  void whatWasWrittenIsAViewAndAColumn()
      throws ExecutionException, IOException, InterruptedException {
    EnrichedEvent before = TestingResults.event("m-1", "refund", "20 quid");
    EnrichedEvent written = TestingResults.event("m-2", "refund", "20 quid");
    written.setGenerations(
        List.of(new Generation("summary", "so it is: late", "late", -0.5, true)));
    EnrichedEvent skipped = TestingResults.event("m-3", "other", "20 quid");
    skipped.setGenerations(List.of());
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      kafka.createTopics(1, "enriched", "enriched-json", "dead-letters");
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", kafka.bootstrapServers()),
              new ByteArraySerializer(),
              new ByteArraySerializer())) {
        for (EnrichedEvent event : List.of(before, written, skipped)) {
          TestingResults.send(producer, "enriched", event);
          TestingResults.send(producer, "enriched-json", event.getId(), TestingResults.json(event));
        }
      }
      try (EmbeddedFlink flink = EmbeddedFlink.start(1, new Configuration())) {
        for (String sink :
            List.of("{ topic: enriched }", "{ topic: enriched-json, format: json }")) {
          assertWritten(
              SqlSession.open(
                  PipelineFile.parse(
                      """
              name: test-1
              kafka: { bootstrap-servers: "%s" }
              source: { topic: messages }
              model: { path: none }
              tasks:
                - { name: intent, type: classification, labels: [refund, other] }
                - { name: summary, type: generation, template: "{text}", when: { task: intent, labels: [refund] } }
              sink: %s
              dead-letters: { topic: dead-letters }
              """
                          .formatted(kafka.bootstrapServers(), sink),
                      "test",
                      Path.of("")),
                  flink.client()));
        }
      }
    }
  }

  private static void assertWritten(SqlSession session) {
    assertThat(run(session, "SELECT id, task, text, answer, logprob, finished FROM generations"))
        .isEqualTo(
            """
            id,task,text,answer,logprob,finished\r
            m-2,summary,so it is: late,late,-0.5,true\r
            """);
    assertThat(run(session, "SELECT id, intent, summary FROM answers ORDER BY id"))
        .isEqualTo(
            """
            id,intent,summary\r
            m-1,refund,\r
            m-2,refund,late\r
            m-3,other,\r
            """);
  }

  private static String run(SqlSession session, String sql) {
    StringWriter out = new StringWriter();
    session.run(sql, ResultFormat.CSV, new PrintWriter(out));
    return out.toString();
  }
}
