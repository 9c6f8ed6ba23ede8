package io.flanstream.jobs.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.ModelSettings.DataType;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a check says of a device whose numbers are others. */
class GoldenStepTest {
  @TempDir private Path directory;

  @Test
  void whatIsRightPasses() throws IOException {
    Path right = GoldenCheckpointFiles.write("t5-v1_1", directory);

    CheckStep step = new GoldenStep("cpu").run("t5-v1_1", right, DataType.FLOAT32);

    assertThat(step.outcome()).as(step.says()).isEqualTo(CheckStep.Outcome.PASSED);
    assertThat(step.figures().get("worstDifference")).isBetween(0.0, 1e-4);
  }

  /** As if the device computed something else: the weights are those of another checkpoint. */
  @ParameterizedTest
  @CsvSource({"FLOAT32, worstDifference", "BFLOAT16, distance", "INT8, distance"})
  void otherNumbersFail(DataType dtype, String figure) throws IOException {
    Path other = GoldenCheckpointFiles.write("t5-v1_0", directory);

    CheckStep step = new GoldenStep("cpu").run("t5-v1_1", other, dtype);

    assertThat(step.outcome()).as(step.says()).isEqualTo(CheckStep.Outcome.FAILED);
    assertThat(step.says()).contains("must be below");
    assertThat(step.figures().get(figure)).isPositive();
  }
}
