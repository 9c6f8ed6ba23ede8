package io.flanstream.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.batch.BatchSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A random checkpoint and what Hugging Face answers on it; made by {@code
 * src/dev/python/golden/make_golden.py}.
 */
public record GoldenCheckpoint(Path directory, List<Path> adapters, Expected expected) {
  public static final List<String> NAMES = List.of("t5-v1_0", "t5-v1_1", "ul2");

  /** Characters of a brief prompt; there are several of different lengths. */
  private static final int BRIEF = 200;

  public static GoldenCheckpoint of(String name) {
    Path directory = golden(name);
    return new GoldenCheckpoint(directory, List.of(), expected(directory));
  }

  /**
   * A checkpoint with adapters, and what PEFT makes of them; made by {@code make_adapters.py}.
   *
   * @param adapters names of the adapters, parted by plus signs where there are several
   */
  public static GoldenCheckpoint adapted(String name, String adapters) {
    return new GoldenCheckpoint(
        golden(name),
        Stream.of(adapters.split("\\+")).map(GoldenCheckpoint::adapter).toList(),
        expected(adapter(adapters)));
  }

  /** The directory of an adapter. */
  public static Path adapter(String name) {
    return golden("adapters").resolve(name);
  }

  private static Path golden(String name) {
    return Path.of(
        System.getProperty("flanstream.root"),
        "model-operator/runtime/src/test/resources/golden",
        name);
  }

  private static Expected expected(Path directory) {
    try {
      return new ObjectMapper()
          .readValue(directory.resolve("expected.json").toFile(), Expected.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same with brief prompts alone, which take a tenth of the time. */
  public GoldenCheckpoint brief() {
    return new GoldenCheckpoint(
        directory,
        adapters,
        new Expected(
            expected.tool(),
            expected.scores().stream().filter(score -> score.prompt().length() <= BRIEF).toList(),
            expected.generations().stream()
                .filter(written -> written.prompt().length() <= BRIEF)
                .toList()));
  }

  /** Settings under which batches are forced to be ragged: they wait for company. */
  public ModelSettings settings(int batch, ModelSettings.DataType dtype) {
    return ModelSettings.builder(directory)
        .adapters(adapters)
        .name("golden")
        .dtype(dtype)
        .batch(
            new BatchSettings(
                Integer.MAX_VALUE,
                batch,
                batch,
                0,
                Duration.ofMillis(batch == 1 ? 0 : 50),
                Duration.ofMinutes(1)))
        .searchPositions(0)
        .threads(1)
        .prepack(ModelSettings.Prepack.FALSE)
        .build();
  }

  /** The farthest that any score is from Hugging Face's. */
  public double worstScoreDifference(TextModel model) {
    Map<List<String>, Choices> choices = new HashMap<>();
    List<CompletableFuture<ChoiceScores>> answers =
        expected.scores().stream()
            .map(
                want ->
                    model.score(
                        want.prompt(), choices.computeIfAbsent(want.choices(), model::choices)))
            .toList();
    double worst = 0;
    for (int i = 0; i < answers.size(); i++) {
      double[] scores = answers.get(i).join().logprobs();
      for (int choice = 0; choice < scores.length; choice++) {
        double want = expected.scores().get(i).logprobs().get(choice);
        worst = Math.max(worst, Math.abs(scores[choice] - want));
      }
    }
    return worst;
  }

  /** Whether a score is farther from Hugging Face's than that; brief prompts are asked first. */
  public boolean isAnyScoreFarther(TextModel model, double distance) {
    return brief().worstScoreDifference(model) > distance || worstScoreDifference(model) > distance;
  }

  /** Whether a generation differs from Hugging Face's; brief prompts are asked first. */
  public boolean isAnyGenerationDifferent(TextModel model) {
    return brief().differentGenerations(model) > 0 || differentGenerations(model) > 0;
  }

  /** How many generations differ from Hugging Face's in a token. */
  public long differentGenerations(TextModel model) {
    List<CompletableFuture<GenerationOutput>> answers =
        expected.generations().stream()
            .map(want -> model.generate(want.prompt(), GenerationConfig.free(want.maxNewTokens())))
            .toList();
    return IntStream.range(0, answers.size())
        .filter(
            i ->
                !IntStream.of(answers.get(i).join().tokenIds())
                    .boxed()
                    .toList()
                    .equals(expected.generations().get(i).tokenIds()))
        .count();
  }

  /** The file. */
  public record Expected(String tool, List<Score> scores, List<Written> generations) {}

  /** Log-probabilities of choices. */
  public record Score(
      String prompt,
      List<String> choices,
      List<Integer> tokenIds,
      List<Double> logprobs,
      List<Double> bfloat16Logprobs) {}

  /** A greedy generation. */
  public record Written(
      String prompt, int maxNewTokens, List<Integer> tokenIds, List<Double> logprobs) {}
}
