package io.flanstream.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A tiny checkpoint as some repository lays it out, and what both versions of transformers answer
 * on it; made by {@code src/dev/python/golden/make_layouts.py}.
 *
 * @param directory the checkpoint
 * @param five what transformers 5.x answers
 * @param four what transformers 4.x answers
 */
public record GoldenLayout(Path directory, Expected five, Expected four) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path ALL =
      Path.of(
          System.getProperty("flanstream.root"),
          "model-operator/runtime/src/test/resources/golden/layouts");

  /** Every layout, by name. */
  public static List<GoldenLayout> all() {
    try (Stream<Path> directories = Files.list(ALL)) {
      return directories.sorted().map(GoldenLayout::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One layout. */
  public static GoldenLayout of(String name) {
    return of(ALL.resolve(name));
  }

  /** A layout with the answers of transformers 5, or one of the other golden checkpoints. */
  public static GoldenCheckpoint checkpoint(String name) {
    if (GoldenCheckpoint.NAMES.contains(name)) {
      return GoldenCheckpoint.of(name);
    }
    GoldenLayout layout = of(name);
    return layout.checkpoint(layout.five());
  }

  private static GoldenLayout of(Path directory) {
    return new GoldenLayout(
        directory,
        expected(directory.resolve("expected-5.json")),
        expected(directory.resolve("expected-4.json")));
  }

  private static Expected expected(Path file) {
    try {
      return JSON.readValue(file.toFile(), Expected.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The checkpoint, with what a version of transformers answers. */
  public GoldenCheckpoint checkpoint(Expected expected) {
    return new GoldenCheckpoint(
        directory,
        List.of(),
        new GoldenCheckpoint.Expected(
            expected.tool(),
            expected.scores().stream()
                .map(
                    score ->
                        new GoldenCheckpoint.Score(
                            score.prompt(),
                            score.choices(),
                            List.of(),
                            score.logprobs(),
                            List.of()))
                .toList(),
            expected.generations().stream()
                .map(
                    text ->
                        new GoldenCheckpoint.Written(
                            text.prompt(), text.maxNewTokens(), text.tokenIds(), List.of()))
                .toList()));
  }

  @Override
  public String toString() {
    return directory.getFileName().toString();
  }

  /**
   * What a version of transformers answers.
   *
   * @param tool the version
   * @param refused why it does not load the directory; null where it does
   * @param reference what was changed so that it loads; null where nothing was
   */
  public record Expected(
      String tool,
      String refused,
      String reference,
      List<Score> scores,
      List<Written> generations) {

    /** Nothing where the version refuses. */
    public Expected {
      scores = scores == null ? List.of() : scores;
      generations = generations == null ? List.of() : generations;
    }
  }

  /** Log-probabilities of choices. */
  public record Score(String prompt, List<String> choices, List<Double> logprobs) {}

  /** A greedy generation. */
  public record Written(String prompt, int maxNewTokens, List<Integer> tokenIds, String text) {}
}
