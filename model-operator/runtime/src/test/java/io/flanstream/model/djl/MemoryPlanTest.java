package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.device.DeviceMap;
import io.flanstream.model.device.LayerPlacement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Too little memory is found before a weight is loaded. */
class MemoryPlanTest {
  private static final List<String> TWO = List.of("cuda:0", "cuda:1");

  private static final DeviceMap CPU = DeviceMap.single("cpu");

  @TempDir private Path directory;

  private Checkpoint checkpoint;
  private long stored;

  @BeforeEach
  void write() throws IOException {
    stored =
        new TestingWeights(
                directory, StoredType.F32, config -> config.put("d_model", 512).put("d_ff", 1024))
            .zeros(0);
    checkpoint = Checkpoint.open(directory);
  }

  @Test
  void mappedWeightsNeedNone() {
    assertThat(sum(new WeightBytes(checkpoint, StoredType.F32, Packing.NONE, true))).isZero();
  }

  @Test
  void whatIsConvertedPackedOrOnAGpuNeedsItsBytes() {
    long embedding = checkpoint.tensors().get("shared.weight").bytes();
    long head = checkpoint.head().isPresent() ? 0 : embedding;
    assertThat(sum(new WeightBytes(checkpoint, StoredType.F32, Packing.NONE, false)))
        .isEqualTo(stored + head);
    assertThat(sum(new WeightBytes(checkpoint, StoredType.BF16, Packing.NONE, true)))
        .isEqualTo((stored + head) / 2);
    assertThat(sum(new WeightBytes(checkpoint, StoredType.F32, Packing.PREPACKED, true)))
        .isEqualTo(stored + head);
    assertThat(sum(new WeightBytes(checkpoint, StoredType.F32, Packing.INT8_WHOLE, true)))
        .isBetween(stored / 4, stored / 2);
  }

  private static long sum(WeightBytes weights) {
    return weights.byPart().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void tooLittleSaysWhatIsNeededAndFound() {
    assertThatThrownBy(() -> plan(Packing.PREPACKED, CPU).place(free(1 << 20)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "Cannot open model: cpu must have 0\\.0 GiB \\(.* bytes\\) free, .* for the weights of"
                + " .* as float32 and .* for attention caches and activations of 512 tokens, found"
                + " 0\\.0 GiB \\(1,048,576 bytes\\); without model\\.prepack and int8, weights in"
                + " the dtype that they are stored in need none");
    long needed = least(Packing.PREPACKED, CPU);
    assertThat(needed).isBetween(stored, 2 * stored);
    assertThat(plan(Packing.PREPACKED, CPU).place(free(needed)).used()).containsExactly("cpu");
  }

  /** The bytes from which it fits. */
  private long least(Packing packing, DeviceMap map) {
    long low = 0;
    long high = 1L << 40;
    while (low + 1 < high) {
      long middle = (low + high) / 2;
      if (fits(packing, map, middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  private boolean fits(Packing packing, DeviceMap map, long bytes) {
    try {
      plan(packing, map).place(free(bytes));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Test
  void layersGoToTheNextDeviceWhereOneIsFull() {
    DeviceMap map = DeviceMap.parse("auto", TWO);
    assertThatThrownBy(() -> plan(Packing.NONE, DeviceMap.single("cuda:0")).place(free(stored / 2)))
        .hasMessageContaining("cuda:0 must have")
        .hasMessageEndingWith("model.device-map spreads a model over several devices");
    MemoryPlan plan = plan(Packing.NONE, map);
    long roomy = 4 * stored + (1L << 30);
    LayerPlacement placement = plan.place(free(roomy));
    assertThat(placement.used()).containsExactlyElementsOf(TWO);
    assertThatThrownBy(() -> plan.place(free(1 << 20)))
        .hasMessageContaining("cuda:0,cuda:1 together, each with whole blocks, must have")
        .hasMessageContaining("of 4096 tokens, found 0.0 GiB (2,097,152 bytes)");
  }

  @Test
  void rangesThatDoNotFitSayOnWhichDevice() {
    int encoder = checkpoint.config().encoderLayers();
    int decoder = checkpoint.config().decoderLayers();
    DeviceMap map =
        DeviceMap.parse(
            "encoder.block.0-%s=cuda:0,decoder.block.0-%s=cuda:1"
                .formatted(encoder - 1, decoder - 1),
            TWO);
    MemoryPlan plan = plan(Packing.NONE, map);
    assertThatThrownBy(() -> plan.place(device -> device.equals("cuda:1") ? 1 << 20 : 1L << 40))
        .hasMessageContaining("cuda:1 must have")
        .hasMessageEndingWith("there is room on more devices, or on larger ones");
  }

  /** A byte a number and four a row, and the products' workspace; half of what bfloat16 takes. */
  @Test
  void int8OnAGpuNeedsAByteForEachNumber() {
    long half = sum(new WeightBytes(checkpoint, StoredType.BF16, Packing.NONE, false));
    long whole = sum(new WeightBytes(checkpoint, StoredType.BF16, Packing.INT8_WHOLE, false));
    long embedding = checkpoint.tensors().get("shared.weight").elements();
    assertThat(whole).isBetween((half + embedding) / 2, (half + embedding) / 2 + half / 20);
    MemoryPlan plan =
        new MemoryPlan(checkpoint, StoredType.BF16, Packing.INT8_WHOLE, DeviceMap.single("cuda:0"));
    long workspace = (2L * Float.BYTES) << 24;
    assertThatThrownBy(() -> plan.place(free(whole + workspace)))
        .hasMessageContaining(" as int8 and ")
        .hasMessageEndingWith("; model.device-map spreads a model over several devices");
    assertThat(plan.place(free(whole + workspace + (64L << 20))).used()).containsExactly("cuda:0");
  }

  /** Weights stay in mapped files where all of them are on the CPU. */
  @Test
  void partsBesideTheCpuNeedTheirBytes() {
    DeviceMap beside = DeviceMap.parse("sequential", List.of("cpu", "cuda:0"));
    DeviceMap without = DeviceMap.parse("sequential", TWO);
    assertThat(least(Packing.NONE, beside)).isEqualTo(least(Packing.NONE, without));
  }

  private MemoryPlan plan(Packing packing, DeviceMap map) {
    return new MemoryPlan(checkpoint, StoredType.F32, packing, map);
  }

  private static ToLongFunction<String> free(long bytes) {
    return device -> bytes;
  }
}
