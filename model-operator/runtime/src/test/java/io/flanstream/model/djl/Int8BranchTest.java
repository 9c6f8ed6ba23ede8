package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.device.DecoderStep;
import io.flanstream.model.device.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** 8-bit weights in the branch for CUDA, which computes on the CPU here. */
class Int8BranchTest {
  /** As {@link PackingTest} has it for the CPU. */
  private static final double INT8_OVER_BFLOAT16 = 2.5;

  private static final List<Int8Products> PRODUCTS =
      List.of(Int8Products.ACTIVATIONS, Int8Products.WEIGHTS_ALONE, new Int8Products(false, true));

  static final List<Arguments> LAYOUTS = layouts();

  private static List<Arguments> layouts() {
    List<Arguments> layouts = new ArrayList<>();
    for (String name : GoldenCheckpoint.NAMES) {
      for (Int8Products products : PRODUCTS) {
        layouts.add(
            Arguments.of(name, new WeightLayout(StoredType.BF16, Packing.INT8_WHOLE, products)));
      }
      layouts.add(Arguments.of(name, WeightLayout.of(StoredType.BF16, Packing.INT8)));
    }
    layouts.add(Arguments.of("ul2", layout(StoredType.F32, true)));
    return layouts;
  }

  @ParameterizedTest
  @FieldSource("LAYOUTS")
  void int8IsCloseToHuggingFace(String name, WeightLayout layout) {
    GoldenCheckpoint golden = GoldenCheckpoint.of(name);
    try (TextModel model = open(golden, T5Program.source(), layout)) {
      assertThat(distance(golden, model)).isPositive().isLessThan(INT8_OVER_BFLOAT16);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "weights keep four bits | true | [1], True) / 127.0 | [1], True) / 7.0",
        "weights keep four bits | false | [1], True) / 127.0 | [1], True) / 7.0",
        "activations keep four bits | true | min=1.0e-12) / 127.0 | min=1.0e-12) / 7.0",
        "the rows' scales are not given back | true | * scale, steps, out=out) | * scale, torch.ones_like(steps), out=out)",
        "the columns' scales are not given back | true | 0, size) * scale, steps | 0, size) * torch.ones_like(scale), steps",
        "the columns' scales are not given back | false | unpacked), scale, out | unpacked), torch.ones_like(scale), out",
        "rows that were added are kept | true | q.narrow(0, 0, x.size(0)) | q.narrow(0, padded - x.size(0), x.size(0))",
        "every piece is the first | true | rows.narrow(0, p * most, size) | rows.narrow(0, 0, size)",
        "every piece of weights is the first | false | weight.narrow(0, p * most, size) | weight.narrow(0, 0, size)",
        "a residual is left out | true | torch.add_(x, self.int8_linear | torch.copy_(x, self.int8_linear",
      })
  void faultsShow(String fault, boolean activations, String from, String to) {
    String source = inPieces(T5Program.source());
    assertThat(source).contains(from);
    GoldenCheckpoint golden = GoldenCheckpoint.of("ul2").brief();
    WeightLayout layout = layout(StoredType.F32, activations);
    try (TextModel model = open(golden, source.replace(from, to), layout)) {
      assertThat(distance(golden, model)).as(fault).isGreaterThan(INT8_OVER_BFLOAT16);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void piecesAreAsCloseAsTheWhole(boolean activations) {
    GoldenCheckpoint golden = GoldenCheckpoint.of("ul2").brief();
    WeightLayout layout = layout(StoredType.F32, activations);
    try (TextModel model = open(golden, inPieces(T5Program.source()), layout)) {
      assertThat(distance(golden, model)).isLessThan(INT8_OVER_BFLOAT16);
    }
  }

  /** So that the golden checkpoints, which are small, come in many pieces. */
  private static String inPieces(String source) {
    String whole = "return 16777216";
    assertThat(source).contains(whole);
    return source.replace(whole, "return 512").replace("max(32, self", "max(8, self");
  }

  /** A row of a batch is quantized by itself, and what rows are added for the kernel is nothing. */
  @ParameterizedTest
  @CsvSource({"true, 1", "true, 5", "true, 17", "true, 33", "false, 1", "false, 17"})
  void aRecordHasTheSameNumbersInAnyCompany(boolean activations, int records) {
    Checkpoint checkpoint = Checkpoint.open(GoldenCheckpoint.of("t5-v1_1").directory());
    Random random = new Random(records);
    int[][] prompts =
        IntStream.range(0, records)
            .mapToObj(i -> random.ints(9, 2, 100).toArray())
            .toArray(int[][]::new);
    ChoiceTrie trie = ChoiceTrie.of(List.of(new int[] {5, 6, 1}, new int[] {7, 1}), 0);
    try (DjlDevice device = open(checkpoint, activations);
        Device.Encoding together = device.encode(prompts);
        Device.Encoding alone = device.encode(new int[][] {prompts[records - 1]})) {
      float[] one = device.score(alone, 0, 1, trie)[0];
      float[] among = device.score(together, records - 1, 1, trie)[0];
      for (int i = 0; i < one.length; i++) {
        assertThat(among[i]).isCloseTo(one[i], within(1e-4f));
      }
    }
  }

  /** A token's log-probability is the same in a step of the decoder and in a trie. */
  @ParameterizedTest
  @CsvSource({"true, 0.05", "false, 1e-4"})
  void stepsGiveWhatATrieGives(boolean activations, double tolerance) {
    Checkpoint checkpoint = Checkpoint.open(GoldenCheckpoint.of("t5-v1_1").directory());
    int[] written = {5, 9, 6, 20, 1};
    int[][] prompts = {{7, 8, 9, 1}, {20, 30, 40, 50, 60, 70, 80, 90, 1}, {3, 1}};
    try (DjlDevice device = open(checkpoint, activations);
        Device.Encoding encoding = device.encode(prompts);
        Device.Decoder decoder = device.startDecoding()) {
      float[][] expected =
          device.score(encoding, 0, prompts.length, ChoiceTrie.of(List.of(written), 0));
      decoder.join(encoding, IntStream.range(0, prompts.length).toArray());
      DecoderStep step = new DecoderStep();
      for (int position = 0; position < written.length; position++) {
        step.resize(prompts.length);
        for (int row = 0; row < prompts.length; row++) {
          step.tokens()[row] = position == 0 ? 0 : written[position - 1];
          step.positions()[row] = position;
          step.allowed()[row] = new int[] {written[position]};
          step.scored()[row] = false;
        }
        decoder.step(step);
        for (int row = 0; row < prompts.length; row++) {
          assertThat((double) step.logprobs()[row])
              .isCloseTo(expected[row][position], within(tolerance));
        }
      }
    }
  }

  /** A shape that the product of integers does not take is unpacked. */
  @Test
  void oneOfTheGoldenCheckpointsHasAHeadThatIsUnpacked() {
    Checkpoint checkpoint = Checkpoint.open(GoldenCheckpoint.of("ul2").directory());
    assertThat(checkpoint.config().vocabSize() % 8).isNotZero();
    assertThat(checkpoint.config().dModel() % 8).isZero();
    assertThat(checkpoint.config().inner() % 8).isZero();
    assertThat(checkpoint.config().dFf() % 8).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = ModelSettings.Int8Activations.class,
      names = {"TRUE", "FALSE"})
  void aPropertyHasTheCpuComputeAsAGpu(ModelSettings.Int8Activations activations) {
    GoldenCheckpoint golden = GoldenCheckpoint.of("ul2").brief();
    ModelSettings.Builder settings =
        ModelSettings.builder(golden.directory())
            .dtype(ModelSettings.DataType.INT8)
            .int8Outputs(true)
            .int8Activations(activations);
    boolean quantized = activations == ModelSettings.Int8Activations.TRUE;
    System.setProperty(ProgramBranch.PROPERTY, "cuda");
    try (TextModel told = TextModels.open(settings.build());
        TextModel expected = open(golden, T5Program.source(), layout(StoredType.BF16, quantized))) {
      assertThat(golden.scores(told)).isDeepEqualTo(golden.scores(expected));
    } finally {
      System.clearProperty(ProgramBranch.PROPERTY);
    }
  }

  @Test
  void anotherBranchThanTheTwoIsRefused() {
    System.setProperty(ProgramBranch.PROPERTY, "gpu");
    try {
      assertThatThrownBy(() -> ProgramBranch.of(List.of("cpu")))
          .hasMessage("Cannot open model: -Dflanstream.branch must be cpu or cuda, got gpu");
    } finally {
      System.clearProperty(ProgramBranch.PROPERTY);
    }
  }

  private static DjlDevice open(Checkpoint checkpoint, boolean activations) {
    return DjlDevice.open(
        T5Program.source(),
        checkpoint,
        checkpoint.config().vocabSize(),
        layout(StoredType.F32, activations),
        ProgramBranch.CUDA);
  }

  private static WeightLayout layout(StoredType dtype, boolean activations) {
    return new WeightLayout(
        dtype,
        Packing.INT8_WHOLE,
        activations ? Int8Products.ACTIVATIONS : Int8Products.WEIGHTS_ALONE);
  }

  /** Mean distance from Hugging Face's float32, over that of Hugging Face's bfloat16. */
  private static double distance(GoldenCheckpoint golden, TextModel model) {
    double[][] float32 = golden.float32Scores();
    return GoldenCheckpoint.distance(golden.scores(model), float32)
        / GoldenCheckpoint.distance(golden.bfloat16Scores(), float32);
  }

  private static TextModel open(GoldenCheckpoint golden, String source, WeightLayout layout) {
    return TextModels.open(
        golden.settings(64, ModelSettings.DataType.FLOAT32),
        (checkpoint, vocabulary) ->
            DjlDevice.open(source, checkpoint, vocabulary.size(), layout, ProgramBranch.CUDA));
  }
}
