package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.ModelSettings.Int8Activations;
import io.flanstream.model.ModelSettings.Prepack;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.checkpoint.StoredType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights in the layout of the CPU's kernels, in float32 and as 8-bit integers. */
class PackingTest {
  /**
   * How far int8 may be on average from Hugging Face's float32, against the distance of Hugging
   * Face's bfloat16, which keeps 8 bits of every number where int8 keeps 7 of a row's largest.
   */
  private static final double INT8_OVER_BFLOAT16 = 2.5;

  @ParameterizedTest
  @ValueSource(strings = {"t5-v1_0", "t5-v1_1", "ul2"})
  void prepackedWeightsGiveWhatHuggingFaceGives(String name) {
    GoldenCheckpoint golden = GoldenCheckpoint.of(name);
    try (TextModel model = open(golden, T5Program.source(), Packing.PREPACKED)) {
      assertThat(golden.worstScoreDifference(model)).isLessThan(1e-4);
      assertThat(golden.differentGenerations(model)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5-v1_0", "t5-v1_1", "ul2"})
  void prepackedBfloat16IsAsCloseToHuggingFacesAsThatIsToFloat32(String name) throws IOException {
    assumeTrue(
        Files.readString(Path.of("/proc/cpuinfo")).contains("avx512bw"),
        "Skipped: the kernels for bfloat16 need AVX-512");
    GoldenCheckpoint golden = GoldenCheckpoint.of(name);
    try (TextModel model = open(golden, T5Program.source(), StoredType.BF16, Packing.PREPACKED)) {
      double[][] bfloat16 = golden.bfloat16Scores();
      assertThat(GoldenCheckpoint.distance(golden.scores(model), bfloat16))
          .isPositive()
          .isLessThan(GoldenCheckpoint.distance(golden.float32Scores(), bfloat16));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "t5-v1_0, INT8",
    "t5-v1_0, INT8_WHOLE",
    "t5-v1_1, INT8",
    "t5-v1_1, INT8_WHOLE",
    "ul2, INT8",
    "ul2, INT8_WHOLE"
  })
  void int8IsCloseToHuggingFace(String name, Packing packing) {
    GoldenCheckpoint golden = GoldenCheckpoint.of(name);
    try (TextModel model = open(golden, T5Program.source(), packing)) {
      assertThat(distance(golden, model)).isPositive().isLessThan(INT8_OVER_BFLOAT16);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "weights keep four bits | torch.abs(x), [1]) / 127.0 | torch.abs(x), [1]) / 7.0",
        "activations are shifted by eight levels | self.levels + 1, | self.levels + 9,",
        "the scale is not given back | self.int8[place]), scale) | self.int8[place]), torch.ones_like(scale))",
      })
  void faultsOfInt8Show(String fault, String from, String to) {
    String source = T5Program.source();
    assertThat(source).contains(from);
    GoldenCheckpoint golden = GoldenCheckpoint.of("ul2").brief();
    try (TextModel model = open(golden, source.replace(from, to), Packing.INT8_WHOLE)) {
      assertThat(distance(golden, model)).as(fault).isGreaterThan(INT8_OVER_BFLOAT16);
    }
  }

  /** Mean distance from Hugging Face's float32, over that of Hugging Face's bfloat16. */
  private static double distance(GoldenCheckpoint golden, TextModel model) {
    double[][] float32 = golden.float32Scores();
    return GoldenCheckpoint.distance(golden.scores(model), float32)
        / GoldenCheckpoint.distance(golden.bfloat16Scores(), float32);
  }

  @Test
  void processorsWithoutVnniQuantizeToSevenBits() {
    String old = "flags\t\t: fpu sse4_2 avx2 avx512f avx512bw";
    assertThat(Int8Levels.of(Stream.of("model name\t: avx_vnni", old))).isEqualTo(63);
    assertThat(Int8Levels.of(Stream.of("model name\t: x", old + " avx512_vnni avx512_bf16")))
        .isEqualTo(127);
    assertThat(Int8Levels.of(Stream.of(old + " avx_vnni"))).isEqualTo(127);
  }

  @Test
  void whatIsForTheProcessorIsRefusedOnOtherDevices() {
    ModelSettings.Builder settings =
        ModelSettings.builder(Path.of("nowhere")).devices("cuda:0").prepack(Prepack.TRUE);
    assertThatThrownBy(settings::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot open model: model.device must be cpu where model.prepack is set, got cuda:0");
  }

  @Test
  void whatIsForAGpuIsRefusedOnTheProcessor() {
    ModelSettings.Builder settings =
        ModelSettings.builder(Path.of("nowhere")).int8Activations(Int8Activations.FALSE);
    assertThatThrownBy(settings::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot open model: model.int8-activations must be auto or true where model.device is cpu, got false");
  }

  private static TextModel open(GoldenCheckpoint golden, String source, Packing packing) {
    return open(golden, source, StoredType.F32, packing);
  }

  private static TextModel open(
      GoldenCheckpoint golden, String source, StoredType dtype, Packing packing) {
    return TextModels.open(
        golden.settings(64, ModelSettings.DataType.FLOAT32),
        (checkpoint, vocabulary) ->
            DjlDevice.open(
                source, checkpoint, vocabulary.size(), dtype, packing, ProgramBranch.CPU));
  }
}
