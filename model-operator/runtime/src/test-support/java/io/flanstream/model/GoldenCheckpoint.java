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
import java.util.function.Function;
import java.util.stream.DoubleStream;
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

  /** Encoder tokens of a batch: a few long prompts, or many. */
  private static final int MAX_TOKENS = 4096;

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

  /**
   * Settings under which batches are forced to be ragged: they wait for company. What all prompts
   * would pad to in one batch takes five times the computing of the prompts themselves.
   */
  public ModelSettings settings(int batch, ModelSettings.DataType dtype) {
    return settings(batch, MAX_TOKENS, dtype);
  }

  /** The same, with so many encoder tokens in a batch. */
  public ModelSettings settings(int batch, int maxTokens, ModelSettings.DataType dtype) {
    return ModelSettings.builder(directory)
        .adapters(adapters)
        .name("golden")
        .dtype(dtype)
        .batch(
            new BatchSettings(
                maxTokens,
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

  /** A model's log-probabilities for all that is expected, asked for at once. */
  public double[][] scores(TextModel model) {
    Map<List<String>, Choices> choices = new HashMap<>();
    return expected.scores().stream()
        .map(
            want ->
                model.score(want.prompt(), choices.computeIfAbsent(want.choices(), model::choices)))
        .toList()
        .stream()
        .map(answer -> answer.join().logprobs())
        .toArray(double[][]::new);
  }

  /** Hugging Face's, in float32. */
  public double[][] float32Scores() {
    return expectedScores(Score::logprobs);
  }

  /** Hugging Face's, in bfloat16. */
  public double[][] bfloat16Scores() {
    return expectedScores(Score::bfloat16Logprobs);
  }

  private double[][] expectedScores(Function<Score, List<Double>> logprobs) {
    return expected.scores().stream()
        .map(score -> logprobs.apply(score).stream().mapToDouble(Double::doubleValue).toArray())
        .toArray(double[][]::new);
  }

  /** How far scores are from others in sum. */
  public static double distance(double[][] scores, double[][] others) {
    return differences(scores, others).sum();
  }

  private static DoubleStream differences(double[][] scores, double[][] others) {
    return IntStream.range(0, scores.length)
        .boxed()
        .flatMapToDouble(
            i ->
                IntStream.range(0, scores[i].length)
                    .mapToDouble(choice -> Math.abs(scores[i][choice] - others[i][choice])));
  }

  /** The farthest that any score is from Hugging Face's. */
  public double worstScoreDifference(TextModel model) {
    return differences(scores(model), float32Scores()).max().orElseThrow();
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
