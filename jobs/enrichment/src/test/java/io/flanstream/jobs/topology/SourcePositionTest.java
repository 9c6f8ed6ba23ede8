package io.flanstream.jobs.topology;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.TestingPipelineFile;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourcePositionTest {

  /** Kafka would give the end of the topic, and the job would end at once. */
  @ParameterizedTest
  @ValueSource(strings = {"from", "to"})
  void isNotInTheFuture(String option) {
    Pipeline pipeline =
        TestingPipelineFile.reading(option + ": \"2099-01-01T00:00:00Z\"", Path.of(""));
    assertThatThrownBy(() -> KafkaEnds.source(pipeline, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot run pipeline: source.%s must not be in the future, got 2099-01-01T00:00:00Z"
                .formatted(option));
  }
}
