package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.Generation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What tasks wrote, in SQL, beside events of the time before they did. */
class GenerationViewITCase {
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();

  @Test
  void whatWasWrittenIsAViewAndAColumn()
      throws ExecutionException, IOException, InterruptedException {
    EnrichedEvent before = TestingResults.event("m-1", "refund", "20 quid");
    EnrichedEvent written = TestingResults.event("m-2", "refund", "20 quid");
    written.setGenerations(
        List.of(new Generation("summary", "so it is: late", "late", -0.5, true)));
    EnrichedEvent skipped = TestingResults.event("m-3", "other", "20 quid");
    skipped.setGenerations(List.of());
    SERVERS.kafka().createTopics(1, "enriched", "enriched-json", "dead-letters");
    try (KafkaProducer<byte[], byte[]> producer = SERVERS.producer()) {
      for (EnrichedEvent event : List.of(before, written, skipped)) {
        TestingResults.send(producer, "enriched", event);
        TestingResults.send(producer, "enriched-json", event.getId(), TestingResults.json(event));
      }
    }
    for (String sink : List.of("{ topic: enriched }", "{ topic: enriched-json, format: json }")) {
      assertWritten(
          SqlSession.open(
              SERVERS.pipeline(
                  "test-1",
                  """
                  tasks:
                    - { name: intent, type: classification, labels: [refund, other] }
                    - { name: summary, type: generation, template: "{text}", when: { task: intent, labels: [refund] } }
                  """,
                  "sink: " + sink),
              SERVERS.flink()));
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
