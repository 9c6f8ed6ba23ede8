package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code flanstream calibrate}, and a pipeline that takes what it wrote. */
@Timeout(600)
class CalibrateCommandITCase {
  private static final JsonMapper JSON = new JsonMapper();
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final String TEXT = "{\"id\":\"a\",\"text\":\"I lost my card in Berlin\"}\n";

  @TempDir private Path directory;

  @Test
  void scoresAreThoseOfTheCalibration()
      throws IOException, InterruptedException, ExecutionException {
    Path sample = TestingCommand.ROOT.resolve("deploy/demo/labelled.jsonl");
    TestingCommand made = calibrate("--sample", sample.toString());
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(made.err())
        .contains("labelled calibration from 334 texts")
        .containsPattern("raw +9\\d\\.\\d\\d %")
        .containsPattern("held out +9\\d\\.\\d\\d %");
    JsonNode calibration = YAML.readTree(directory.resolve("calibration.yaml").toFile());
    assertThat(calibration.at("/sample/file").textValue()).isEqualTo("labelled.jsonl");

    JsonNode raw = alternatives(pipeline("raw", null));
    JsonNode calibrated = alternatives(pipeline("calibrated", "calibration.yaml"));
    double sum = 0;
    for (JsonNode one : raw) {
      sum += weight(calibration, one.get("label").textValue(), one.get("score").doubleValue());
    }
    assertThat(calibrated).hasSize(20);
    for (JsonNode one : calibrated) {
      double rawScore = one.get("rawScore").doubleValue();
      assertThat(raw)
          .anySatisfy(
              other -> {
                assertThat(other.get("label")).isEqualTo(one.get("label"));
                assertThat(other.get("rawScore").isNull()).isTrue();
                assertThat(other.get("score").doubleValue()).isCloseTo(rawScore, within(1e-6));
              });
      assertThat(one.get("score").doubleValue())
          .isCloseTo(
              weight(calibration, one.get("label").textValue(), rawScore) / sum, within(1e-6));
    }
  }

  @Test
  void aCalibrationOfAnotherQuestionIsRefused()
      throws IOException, InterruptedException, ExecutionException {
    TestingCommand made = calibrate();
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(made.err()).contains("contextual calibration from 3 texts, scale 1.0000");
    Path pipeline = pipeline("other", "calibration.yaml");
    Files.writeString(
        pipeline,
        Files.readString(pipeline).replace("alternatives: 20", "question: \"Which one?\""));
    TestingCommand enriched = TestingCommand.run(TEXT, "enrich", "--pipeline", pipeline.toString());
    assertThat(enriched.exitCode()).isNotZero();
    assertThat(enriched.err())
        .contains("tasks[0].calibration.task: must be this task as it is now")
        .contains("flanstream calibrate");
  }

  @Test
  void whatCannotBeMadeIsSaidBeforeTheModelIsOpened()
      throws IOException, InterruptedException, ExecutionException {
    TestingCommand sampleless = calibrate("--method", "batch");
    assertThat(sampleless.exitCode()).isEqualTo(2);
    assertThat(sampleless.err()).contains("the method needs --sample FILE");
    TestingCommand nameless = calibrate("--task", "details");
    assertThat(nameless.exitCode()).isEqualTo(2);
    assertThat(nameless.err()).contains("one of the pipeline's classifications [intent]");
  }

  private static double weight(JsonNode calibration, String label, double probability) {
    return Math.exp(
        calibration.get("scale").doubleValue() * Math.log(probability)
            + calibration.get("offsets").get(label).doubleValue());
  }

  private TestingCommand calibrate(String... more)
      throws IOException, InterruptedException, ExecutionException {
    Path out = directory.resolve("calibration.yaml");
    String[] arguments = new String[5 + more.length];
    arguments[0] = "calibrate";
    arguments[1] = "--pipeline";
    arguments[2] = pipeline("raw", null).toString();
    arguments[3] = "--out";
    arguments[4] = out.toString();
    System.arraycopy(more, 0, arguments, 5, more.length);
    return TestingCommand.run("", arguments);
  }

  /** The demo's classification with all its labels in the results. */
  private Path pipeline(String name, String calibration) throws IOException {
    Path demo = TestingCommand.ROOT.resolve("deploy/demo/pipeline.yaml");
    ObjectNode pipeline = (ObjectNode) YAML.readTree(demo.toFile());
    Path model = demo.resolveSibling(pipeline.at("/model/path").textValue());
    ((ObjectNode) pipeline.get("model")).put("path", model.normalize().toString());
    ObjectNode task = (ObjectNode) pipeline.at("/tasks/0");
    task.put("alternatives", 20);
    task.put("calibration", calibration);
    Path file = directory.resolve(name + ".yaml");
    YAML.writeValue(file.toFile(), pipeline);
    return file;
  }

  private static JsonNode alternatives(Path pipeline)
      throws IOException, InterruptedException, ExecutionException {
    TestingCommand enriched = TestingCommand.run(TEXT, "enrich", "--pipeline", pipeline.toString());
    assertThat(enriched.exitCode()).as(enriched.err()).isZero();
    return JSON.readTree(enriched.out()).at("/classifications/0/alternatives");
  }
}
