package io.flanstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flanstream.model.batch.Written;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every way of decoding equals Hugging Face's: eager attention, one record at a time. */
class DecodingNumericsTest {
  private static final double TOLERANCE = 1e-4;
  static final List<String> CHECKPOINTS = GoldenCheckpoint.NAMES;

  @ParameterizedTest
  @FieldSource("CHECKPOINTS")
  void textsEqualHuggingFaceTokenForTokenInRaggedBatches(String name) {
    GoldenDecoding golden = GoldenDecoding.of(name);
    List<CompletableFuture<Written>> answers = golden.write(golden.device());
    for (int i = 0; i < answers.size(); i++) {
      check(golden.texts().get(i), answers.get(i).join());
    }
  }

  private static void check(GoldenDecoding.Text want, Written answer) {
    assertThat(answer.tokens())
        .as("%s after \"%s\"", want.options(), want.prompt())
        .containsExactly(want.ids());
    for (int t = 0; t < answer.logprobs().length; t++) {
      assertThat(answer.logprobs()[t]).isCloseTo(want.logprobs().get(t), within(TOLERANCE));
    }
  }
}
