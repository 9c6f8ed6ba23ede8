package io.flanstream.jobs.check;

import io.flanstream.jobs.check.GoldenCheckpointFiles.Expected;
import io.flanstream.jobs.check.GoldenCheckpointFiles.Generated;
import io.flanstream.jobs.check.GoldenCheckpointFiles.Scored;
import io.flanstream.model.ChoiceScores;
import io.flanstream.model.GenerationConfig;
import io.flanstream.model.GenerationOutput;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.ModelSettings.DataType;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * Whether the device gives Hugging Face's numbers on the checkpoints that ship with the command, by
 * the same bounds as the runtime's own tests. Those lie below this module, and an embedded runtime
 * has no checkpoints to compare: what both ask stands twice.
 */
final class GoldenStep {
  /** How far a log-probability in float32 may be from Hugging Face's. */
  private static final double FLOAT32_BOUND = 1e-4;

  /**
   * How far int8 may be on average from Hugging Face's float32, against the distance of Hugging
   * Face's bfloat16.
   */
  private static final double INT8_BOUND = 2.5;

  private final String device;

  GoldenStep(String device) {
    this.device = device;
  }

  /** Tries a checkpoint in an arithmetic. */
  CheckStep run(String name, Path directory, DataType dtype) throws IOException {
    Expected expected = GoldenCheckpointFiles.expected(name);
    String title = "golden %s %s".formatted(name, dtype.name().toLowerCase(Locale.ROOT));
    ModelSettings settings =
        ModelSettings.builder(directory).devices(device).dtype(dtype).threads(1).build();
    try (TextModel model = TextModels.open(settings)) {
      List<double[]> scores = scores(model, expected.scores());
      return dtype == DataType.FLOAT32
          ? exact(title, expected, scores, differing(model, expected.generations()))
          : rounded(title, expected.scores(), scores, dtype == DataType.INT8 ? INT8_BOUND : 1);
    }
  }

  private static CheckStep exact(
      String title, Expected expected, List<double[]> scores, long differing) {
    double worst = 0;
    for (int i = 0; i < scores.size(); i++) {
      for (int choice = 0; choice < scores.get(i).length; choice++) {
        double wanted = expected.scores().get(i).logprobs().get(choice);
        worst = Math.max(worst, Math.abs(scores.get(i)[choice] - wanted));
      }
    }
    boolean passed = worst < FLOAT32_BOUND && differing == 0;
    String says =
        String.format(
            Locale.ROOT,
            "%s scores are at most %.1e from Hugging Face's%s, %s of %s generations differ",
            scores.size(),
            worst,
            passed ? "" : ", which must be below " + FLOAT32_BOUND,
            differing,
            expected.generations().size());
    return CheckStep.of(
        title,
        passed,
        says,
        Map.of("worstDifference", worst, "differentGenerations", (double) differing));
  }

  /**
   * Rounded numbers: against how far Hugging Face's own bfloat16 is from its float32, on average.
   * The CPU rounds as Hugging Face does and is compared with its bfloat16; a GPU rounds less often.
   */
  private CheckStep rounded(
      String title, List<Scored> expected, List<double[]> scores, double bound) {
    boolean likeTheirs = bound == 1 && device.equals("cpu");
    double ours = 0;
    double theirs = 0;
    for (int i = 0; i < scores.size(); i++) {
      Scored wanted = expected.get(i);
      for (int choice = 0; choice < scores.get(i).length; choice++) {
        double exact = wanted.logprobs().get(choice);
        double bfloat16 = wanted.bfloat16Logprobs().get(choice);
        ours += Math.abs(scores.get(i)[choice] - (likeTheirs ? bfloat16 : exact));
        theirs += Math.abs(bfloat16 - exact);
      }
    }
    double share = ours / theirs;
    return CheckStep.of(
        title,
        share < bound,
        String.format(
            Locale.ROOT,
            "on average %.2f times as far from Hugging Face's %s as its bfloat16 is from its"
                + " float32; must be below %.1f",
            share,
            likeTheirs ? "bfloat16" : "float32",
            bound),
        Map.of("distance", share));
  }

  private static List<double[]> scores(TextModel model, List<Scored> asked) {
    List<CompletableFuture<ChoiceScores>> answers =
        asked.stream()
            .map(want -> model.score(want.prompt(), model.choices(want.choices())))
            .toList();
    return answers.stream().map(answer -> answer.join().logprobs()).toList();
  }

  private static long differing(TextModel model, List<Generated> asked) {
    List<CompletableFuture<GenerationOutput>> answers =
        asked.stream()
            .map(want -> model.generate(want.prompt(), GenerationConfig.free(want.maxNewTokens())))
            .toList();
    return IntStream.range(0, answers.size())
        .filter(
            i ->
                !IntStream.of(answers.get(i).join().tokenIds())
                    .boxed()
                    .toList()
                    .equals(asked.get(i).tokenIds()))
        .count();
  }
}
