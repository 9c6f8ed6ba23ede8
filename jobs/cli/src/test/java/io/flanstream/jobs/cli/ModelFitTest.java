package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFitTest {
  private static final Path MINI = TestingCommand.ROOT.resolve("deploy/models/flan-mini");

  @TempDir private Path directory;

  @Test
  void namesLabelsThatTheModelHasNeverSeen() {
    assertThat(
            ModelFit.unknownLabels(pipeline(MINI, "[card_arrival, late, Add To Playlist, lost]")))
        .hasValueSatisfying(
            note ->
                assertThat(note)
                    .matches(
                        "flan-mini was trained on \\d+ labels, and these are not among them: late, lost;"
                            + " it may give one label for all texts, with a high score\\. For your own"
                            + " labels take a Flan-T5 or Flan-UL2: .*flanstream model pull"
                            + " google/flan-t5-base"));
    assertThat(ModelFit.unknownLabels(pipeline(MINI, "[a, b, c, d, e, f, g]")).orElseThrow())
        .contains("them: a, b, c, d, e and 2 more;");
  }

  @Test
  void knowsTheLabelsOfTheDemo() {
    Pipeline demo = PipelineFile.read(TestingCommand.ROOT.resolve("deploy/demo/pipeline.yaml"));
    assertThat(ModelFit.unknownLabels(demo)).isEmpty();
  }

  @Test
  void saysNothingOfModelsThatSayNothing() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    assertThat(ModelFit.unknownLabels(pipeline(other, "[late, lost]"))).isEmpty();
  }

  private Pipeline pipeline(Path model, String labels) {
    return PipelineFile.parse(
        """
        name: test
        kafka: { bootstrap-servers: "localhost:1" }
        source: { topic: messages }
        model: { path: "%s" }
        tasks: [ { name: status, type: classification, labels: %s } ]
        sink: { topic: enriched }
        dead-letters: { topic: dead }
        """
            .formatted(model, labels),
        "pipeline.yaml",
        directory);
  }
}
