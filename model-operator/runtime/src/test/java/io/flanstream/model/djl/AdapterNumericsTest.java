package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.checkpoint.StoredType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model with LoRA adapters equals what PEFT's {@code merge_and_unload} makes of them. */
class AdapterNumericsTest {
  private static final double TOLERANCE = 1e-4;

  /** Of a fault: far above the tolerance. */
  private static final double VISIBLE = 0.05;

  @ParameterizedTest
  @CsvSource({
    "ul2, queries",
    "t5-v1_1, every-map",
    "t5-v1_0, patterns",
    "ul2, outputs",
    "ul2, queries+outputs"
  })
  void mergedWeightsGiveWhatPeftGives(String checkpoint, String adapters) {
    GoldenCheckpoint golden = GoldenCheckpoint.adapted(checkpoint, adapters);
    for (Packing packing : new Packing[] {Packing.NONE, Packing.PREPACKED}) {
      try (TextModel model = open(golden, T5Program.source(), StoredType.F32, packing)) {
        assertThat(golden.worstScoreDifference(model)).isLessThan(TOLERANCE);
        assertThat(golden.differentGenerations(model)).isZero();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"t5-v1_1, every-map", "ul2, queries+outputs"})
  void bfloat16IsAsCloseToPeftsAsThatIsToFloat32(String checkpoint, String adapters) {
    GoldenCheckpoint golden = GoldenCheckpoint.adapted(checkpoint, adapters);
    try (TextModel model = open(golden, T5Program.source(), StoredType.BF16, Packing.NONE)) {
      double[][] bfloat16 = golden.bfloat16Scores();
      assertThat(GoldenCheckpoint.distance(golden.scores(model), bfloat16))
          .isPositive()
          .isLessThan(GoldenCheckpoint.distance(golden.float32Scores(), bfloat16));
    }
  }

  /** int8 rounds what is merged: its own distance, and not that of a model without the adapter. */
  @ParameterizedTest
  @CsvSource({"t5-v1_1, every-map", "ul2, queries+outputs"})
  void int8PacksTheMergedWeights(String checkpoint, String adapters) {
    GoldenCheckpoint golden = GoldenCheckpoint.adapted(checkpoint, adapters);
    GoldenCheckpoint without = GoldenCheckpoint.of(checkpoint);
    GoldenCheckpoint unadapted =
        new GoldenCheckpoint(golden.directory(), without.adapters(), golden.expected());
    assertThat(difference(golden)).isPositive().isLessThan(difference(unadapted) / 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing is added | self.adapted[j] == i | self.adapted[j] == -1",
        "the scale is left out | * self.scales[j] | * 1.0",
        "the last adapter wins | y = y.float() + torch.mm | y = x.float() + torch.mm",
      })
  void faultsShow(String fault, String from, String to) {
    String source = T5Program.source();
    assertThat(source).contains(from);
    GoldenCheckpoint golden = GoldenCheckpoint.adapted("ul2", "queries+outputs");
    try (TextModel model = open(golden, source.replace(from, to), StoredType.F32, Packing.NONE)) {
      assertThat(golden.isAnyScoreFarther(model, VISIBLE)).as(fault).isTrue();
    }
  }

  private static double difference(GoldenCheckpoint golden) {
    try (TextModel model = open(golden, T5Program.source(), StoredType.F32, Packing.INT8)) {
      return GoldenCheckpoint.distance(golden.scores(model), golden.float32Scores());
    }
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
