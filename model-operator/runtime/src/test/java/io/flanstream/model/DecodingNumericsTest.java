package io.flanstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flanstream.model.batch.SequenceOutput;
import io.flanstream.model.decode.Beams;
import io.flanstream.model.decode.Sampling;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Every way of decoding equals Hugging Face's: eager attention, one record at a time. */
class DecodingNumericsTest {
  private static final double TOLERANCE = 1e-4;
  private static final int DRAWS = 800;
  static final List<String> CHECKPOINTS = GoldenCheckpoint.NAMES;

  /** Each checkpoint with the program's branch for the CPU and that for CUDA. */
  static final List<Arguments> BRANCHES = GoldenNumericsTest.branches(GoldenCheckpoint.NAMES);

  @ParameterizedTest
  @FieldSource("BRANCHES")
  void textsEqualHuggingFaceTokenForTokenInRaggedBatches(String name, boolean cuda) {
    GoldenDecoding golden = GoldenDecoding.of(name);
    List<CompletableFuture<SequenceOutput>> answers = golden.write(golden.device(cuda));
    for (int i = 0; i < answers.size(); i++) {
      check(golden.texts().get(i), answers.get(i).join());
    }
  }

  private static void check(GoldenDecoding.Text want, SequenceOutput answer) {
    assertThat(answer.tokens())
        .as("%s after \"%s\"", want.options(), want.prompt())
        .containsExactly(want.ids());
    double sum = 0;
    for (int t = 0; t < answer.logprobs().length; t++) {
      assertThat(answer.logprobs()[t]).isCloseTo(want.logprobs().get(t), within(TOLERANCE));
      sum += answer.logprobs()[t];
    }
    if (want.decoding().strategy() instanceof Beams beams
        && want.decoding().processors().repetitionPenalty() == 1) {
      assertThat(sum / Math.pow(answer.logprobs().length, beams.lengthPenalty()))
          .isCloseTo(want.score(), within(TOLERANCE * Math.max(1, Math.abs(want.score()))));
    }
  }

  /** The first two tokens of as many texts as there are seeds. */
  @ParameterizedTest
  @FieldSource("CHECKPOINTS")
  void drawsFollowHuggingFacesDistribution(String name) {
    GoldenDecoding golden = GoldenDecoding.of(name);
    try (TextModel model = golden.open(64)) {
      for (GoldenDecoding.Draws want : golden.samplings()) {
        List<CompletableFuture<GenerationOutput>> answers =
            LongStream.range(0, DRAWS)
                .mapToObj(seed -> model.generate(want.prompt(), want.decoding(seed)))
                .toList();
        Counts first = new Counts(want.first());
        Counts second = new Counts(want.second());
        for (CompletableFuture<GenerationOutput> answer : answers) {
          GenerationOutput text = answer.join();
          first.count(text, 0);
          if (text.tokenIds()[0] == want.prefix()) {
            second.count(text, 1);
          }
        }
        first.check();
        second.check();
      }
    }
  }

  /** How often each token was drawn. */
  private static final class Counts {
    /** Tokens that are expected more rarely are counted together. */
    private static final double LEAST = 10;

    private final Map<Integer, Double> logprobs = new HashMap<>();
    private final Map<Integer, Integer> drawn = new HashMap<>();
    private int all;

    Counts(GoldenDecoding.Distribution want) {
      for (int i = 0; i < want.tokenIds().size(); i++) {
        logprobs.put(want.tokenIds().get(i), want.logprobs().get(i));
      }
    }

    void count(GenerationOutput text, int position) {
      int token = text.tokenIds()[position];
      assertThat(logprobs).containsKey(token);
      assertThat(text.choiceLogprobs()[position]).isCloseTo(logprobs.get(token), within(TOLERANCE));
      drawn.merge(token, 1, Integer::sum);
      all++;
    }

    /** Chi-square, at most what it exceeds once in 100,000 times, by Wilson and Hilferty. */
    void check() {
      double chiSquare = 0;
      int cells = 0;
      double rareExpected = 0;
      double rareDrawn = 0;
      for (Map.Entry<Integer, Double> one : logprobs.entrySet()) {
        double expected = all * Math.exp(one.getValue());
        int found = drawn.getOrDefault(one.getKey(), 0);
        if (expected < LEAST) {
          rareExpected += expected;
          rareDrawn += found;
        } else {
          chiSquare += (found - expected) * (found - expected) / expected;
          cells++;
        }
      }
      if (rareExpected >= LEAST) {
        chiSquare += (rareDrawn - rareExpected) * (rareDrawn - rareExpected) / rareExpected;
        cells++;
      }
      int freedom = Math.max(1, cells - 1);
      double spread = 2.0 / (9 * freedom);
      assertThat(chiSquare)
          .as("chi-square of %s draws over %s cells", all, cells)
          .isLessThan(freedom * Math.pow(1 - spread + 4.265 * Math.sqrt(spread), 3));
    }
  }

  @Test
  void theSameSeedWritesTheSameInAnyCompany() {
    GoldenDecoding golden = GoldenDecoding.of("ul2");
    List<String> prompts =
        golden.texts().stream().map(GoldenDecoding.Text::prompt).distinct().toList();
    try (TextModel alone = golden.open(1);
        TextModel mixed = golden.open(64)) {
      List<CompletableFuture<GenerationOutput>> together =
          LongStream.range(0, 40)
              .mapToObj(seed -> mixed.generate(prompts.get((int) seed % 5), drawing(seed / 5)))
              .toList();
      int different = 0;
      for (int i = 0; i < together.size(); i++) {
        int[] tokens = alone.generate(prompts.get(i % 5), drawing(i / 5)).join().tokenIds();
        assertThat(together.get(i).join().tokenIds()).containsExactly(tokens);
        different += Arrays.equals(tokens, together.get((i + 5) % 40).join().tokenIds()) ? 0 : 1;
      }
      assertThat(different).isGreaterThan(20);
    }
  }

  private static GenerationConfig drawing(long seed) {
    return GenerationConfig.free(16).by(new Sampling(1, 0, 0.95, seed));
  }
}
