package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** {@code flanstream model check} where there is no GPU. */
class ModelCheckCommandITCase {
  private static final Path MODEL = TestingCommand.ROOT.resolve("deploy/models/flan-mini");

  @Test
  void everyStepIsSaidInJson() throws IOException, InterruptedException, ExecutionException {
    TestingCommand check =
        TestingCommand.run("", "model", "check", "--model", MODEL.toString(), "--json");

    assertThat(check.exitCode()).as(check.out() + check.err()).isZero();
    JsonNode steps = new JsonMapper().readTree(check.out());
    assertThat(steps.findValuesAsText("name"))
        .containsExactly(
            "device",
            "golden t5-v1_0 float32",
            "golden t5-v1_0 bfloat16",
            "golden t5-v1_0 int8",
            "golden t5-v1_1 float32",
            "golden t5-v1_1 bfloat16",
            "golden t5-v1_1 int8",
            "golden ul2 float32",
            "golden ul2 bfloat16",
            "golden ul2 int8",
            "launches",
            "model, in company and alone",
            "encode",
            "decode",
            "out of memory");
    assertThat(steps.findValuesAsText("outcome"))
        .filteredOn(outcome -> !outcome.equals("PASSED"))
        .containsExactly("SKIPPED");
    assertThat(figure(steps, "encode", "shareOfPeak")).isBetween(0.01, 10.0);
    assertThat(figure(steps, "decode", "shareOfPeak")).isPositive();
    assertThat(figure(steps, "launches", "launchesPerSecond")).isGreaterThan(100);
  }

  @Test
  void aDeviceThatIsNotThereIsSaid() throws IOException, InterruptedException, ExecutionException {
    TestingCommand check =
        TestingCommand.run("", "model", "check", "--model", MODEL.toString(), "--device", "cuda:0");

    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(check.err())
        .startsWith(
            "flanstream: Cannot open model: model.device must name a device that libtorch sees, got"
                + " cuda:0, found 0 CUDA devices and ");
  }

  private static double figure(JsonNode steps, String name, String figure) {
    for (JsonNode step : steps) {
      if (step.get("name").textValue().equals(name)) {
        return step.get("figures").get(figure).doubleValue();
      }
    }
    throw new AssertionError("no step " + name);
  }
}
