package io.flanstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.flanstream.model.djl.TestingModels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** The model equals Hugging Face T5: eager attention, one record at a time. */
class GoldenNumericsTest {
  private static final double TOLERANCE = 1e-4;
  static final List<String> CHECKPOINTS = GoldenCheckpoint.NAMES;

  /** Each checkpoint with the program's branch for the CPU and that for CUDA. */
  static final List<Arguments> BRANCHES = branches(GoldenCheckpoint.NAMES);

  static List<Arguments> branches(List<String> names) {
    return names.stream()
        .flatMap(name -> Stream.of(arguments(name, false), arguments(name, true)))
        .toList();
  }

  @ParameterizedTest
  @FieldSource("CHECKPOINTS")
  void tokenizerGivesHuggingFacesTokens(String name) {
    GoldenCheckpoint golden = GoldenCheckpoint.of(name);
    try (TextModel model = TextModels.open(golden.settings(64, ModelSettings.DataType.FLOAT32))) {
      for (GoldenCheckpoint.Score expected : golden.expected().scores()) {
        List<Integer> ids =
            new ArrayList<>(
                IntStream.of(model.tokenizer().encode(expected.prompt()).ids()).boxed().toList());
        ids.add(model.vocabulary().endId());
        assertThat(ids).isEqualTo(expected.tokenIds());
      }
    }
  }

  /** All prompts in one batch, of 4 to 951 tokens. */
  @ParameterizedTest
  @FieldSource("BRANCHES")
  void scoresEqualHuggingFaceOnRaggedBatches(String name, boolean cuda) {
    GoldenCheckpoint golden = GoldenCheckpoint.of(name);
    ModelSettings together = golden.settings(64, Integer.MAX_VALUE, ModelSettings.DataType.FLOAT32);
    try (TextModel model = TestingModels.open(together, cuda)) {
      assertThat(golden.worstScoreDifference(model)).isLessThan(TOLERANCE);
    }
  }

  @ParameterizedTest
  @FieldSource("BRANCHES")
  void scoresAreTheSameAloneAndInAnyOrder(String name, boolean cuda) {
    GoldenCheckpoint golden = GoldenCheckpoint.of(name);
    try (TextModel model =
        TestingModels.open(golden.settings(1, ModelSettings.DataType.FLOAT32), cuda)) {
      assertThat(golden.worstScoreDifference(model)).isLessThan(TOLERANCE);
    }
    List<GoldenCheckpoint.Score> shuffled = new ArrayList<>(golden.expected().scores());
    Collections.shuffle(shuffled, new Random(7));
    GoldenCheckpoint other =
        new GoldenCheckpoint(
            golden.directory(),
            golden.adapters(),
            new GoldenCheckpoint.Expected(
                golden.expected().tool(), shuffled, golden.expected().generations()));
    try (TextModel model =
        TestingModels.open(golden.settings(7, ModelSettings.DataType.FLOAT32), cuda)) {
      assertThat(other.worstScoreDifference(model)).isLessThan(TOLERANCE);
    }
  }

  @ParameterizedTest
  @FieldSource("BRANCHES")
  void generationsEqualHuggingFaceTokenForToken(String name, boolean cuda) {
    GoldenCheckpoint golden = GoldenCheckpoint.of(name);
    try (TextModel model =
        TestingModels.open(golden.settings(64, ModelSettings.DataType.FLOAT32), cuda)) {
      List<GoldenCheckpoint.Written> expected = golden.expected().generations();
      List<CompletableFuture<GenerationOutput>> answers =
          expected.stream()
              .map(
                  want -> model.generate(want.prompt(), GenerationConfig.free(want.maxNewTokens())))
              .toList();
      for (int i = 0; i < expected.size(); i++) {
        GenerationOutput answer = answers.get(i).join();
        assertThat(answer.tokenIds())
            .containsExactly(
                expected.get(i).tokenIds().stream().mapToInt(Integer::intValue).toArray());
        for (int t = 0; t < answer.logprobs().length; t++) {
          assertThat(answer.logprobs()[t]).isCloseTo(expected.get(i).logprobs().get(t), within());
        }
        assertThat(answer.choiceLogprobs()).isEqualTo(answer.logprobs());
      }
    }
  }

  /**
   * In bfloat16 the last digit is 2^-8 of the value, and which way a sum is rounded depends on its
   * order, and so on the company: each is asked alone. The criterion on the CPU: on average no
   * farther from Hugging Face's bfloat16 than that is from its own float32. The branch for CUDA
   * rounds less often than Hugging Face does: no farther from its float32 than its own bfloat16 is.
   */
  @ParameterizedTest
  @FieldSource("BRANCHES")
  void bfloat16IsAsCloseToHuggingFacesAsThatIsToFloat32(String name, boolean cuda) {
    GoldenCheckpoint golden = GoldenCheckpoint.of(name);
    try (TextModel model =
        TestingModels.open(golden.settings(1, ModelSettings.DataType.BFLOAT16), cuda)) {
      assertThat(model.description().dtype()).isEqualTo("bfloat16");
      double[][] float32 = golden.float32Scores();
      double[][] bfloat16 = golden.bfloat16Scores();
      assertThat(GoldenCheckpoint.distance(golden.scores(model), cuda ? float32 : bfloat16))
          .isPositive()
          .isLessThan(GoldenCheckpoint.distance(float32, bfloat16));
    }
  }

  @Test
  void everyCheckpointHasAHashOfItsOwn() {
    assertThat(GoldenCheckpoint.NAMES)
        .extracting(
            name -> {
              try (TextModel model =
                  TextModels.open(
                      GoldenCheckpoint.of(name).settings(8, ModelSettings.DataType.FLOAT32))) {
                return model.description().weightsHash();
              }
            })
        .doesNotHaveDuplicates()
        .allMatch(hash -> hash.matches("[0-9a-f]{64}"));
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.api.Assertions.within(TOLERANCE);
  }
}
