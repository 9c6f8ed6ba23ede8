package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.model.flink.SharedModels;
import io.flanstream.schemas.DeadLetter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that are not finite, from the device to the dead letter. */
@Timeout(600)
class NotFiniteITCase {
  private static final int RECORDS = 200;
  private static final Path FLAN_MINI = TestingLauncher.ROOT.resolve("deploy/models/flan-mini");

  @TempDir private Path directory;

  @AfterEach
  void closeModels() {
    SharedModels.closeIdle();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void areADeadLetterOfTheirOwnAndCostNoOtherRecord(float number) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      TestingTopics topics = new TestingTopics(kafka);
      topics.create(2, "in", "out", "dead");
      List<String> good = new ArrayList<>();
      List<String> bad = new ArrayList<>();
      List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (int i = 0; i < RECORDS; i++) {
        String id = TestingFeed.id(i);
        (i % 10 == 9 ? bad : good).add(id);
        String text = i % 10 == 9 ? "card lost ".repeat(40) : "card lost";
        records.add(
            new ProducerRecord<>(
                "in",
                i % 2,
                id.getBytes(UTF_8),
                "{\"id\": \"%s\", \"text\": \"%s\"}".formatted(id, text).getBytes(UTF_8)));
      }
      topics.write(records);
      Pipeline pipeline =
          PipelineFile.read(
              Path.of(TestingPipelines.write(directory, kafka, "nan", "parallelism: 2")));

      TestingJobs.submitWithoutRestarts(
              pipeline.bounded(), new TestingNanModel(FLAN_MINI.toString(), number))
          .getJobExecutionResult()
          .get();

      assertThat(topics.keys("out")).containsExactlyInAnyOrderElementsOf(good);
      assertThat(topics.keys("dead")).containsExactlyInAnyOrderElementsOf(bad);
      assertThat(topics.read("dead"))
          .map(record -> TestingTopics.decoded(record.value(), new DeadLetter()))
          .extracting(DeadLetter::getCode)
          .containsOnly("NOT_FINITE");
    }
  }
}
