package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.LoadListener;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.checkpoint.T5Tensors;
import io.flanstream.model.device.Device;
import io.flanstream.model.device.DeviceMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights are mapped: they cost the process no memory of its own. */
class WeightMappingTest {
  /** The engine's own, beside the weights: what it compiles of the program, and its buffers. */
  private static final long ENGINE_BYTES = 48_000_000;

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(
      value = StoredType.class,
      names = {"F32", "BF16"})
  void weightsAreMappedAndNotCopied(StoredType dtype) throws IOException, InterruptedException {
    assumeTrue(OpenedProcess.isKnown(), "Skipped: there is no /proc here");
    long bytes = write(dtype, 1024, 0);
    assertThat(bytes).isGreaterThan(60_000_000);
    OpenedProcess.Cost cost = OpenedProcess.measure(directory, dtype, Packing.NONE);
    assertThat(cost.mapped()).isTrue();
    assertThat(cost.anonymous()).isLessThan(bytes / 2);
  }

  /** What is packed is the process's own, and the file is let go of. */
  @ParameterizedTest
  @CsvSource({"F32, PREPACKED", "BF16, INT8", "F32, INT8_WHOLE"})
  void packedWeightsCostTheirBytesAndLetGoOfTheFile(StoredType stored, Packing packing)
      throws IOException, InterruptedException {
    assumeTrue(OpenedProcess.isKnown(), "Skipped: there is no /proc here");
    write(stored, 1024, 0);
    OpenedProcess.Cost cost = OpenedProcess.measure(directory, StoredType.F32, packing);
    assertThat(cost.mapped()).isFalse();
    long bytes = packedBytes(Checkpoint.open(directory), packing);
    assertThat(cost.anonymous()).isBetween(bytes, bytes * 105 / 100 + ENGINE_BYTES);
  }

  /**
   * In the branch for CUDA, too, blocks become 8-bit one by one: what was read of two of them is
   * there at most, beside what they became, and the Java heap of 128 MB holds no model.
   */
  @Test
  void noMoreThanTwoBlocksAreThereAsTheyWere() throws IOException, InterruptedException {
    assumeTrue(OpenedProcess.isKnown(), "Skipped: there is no /proc here");
    int layers = 6;
    long stored =
        new TestingWeights(
                directory,
                StoredType.BF16,
                config ->
                    config
                        .put("d_model", 1024)
                        .put("d_ff", 4096)
                        .put("num_heads", 16)
                        .put("d_kv", 64)
                        .put("num_layers", layers)
                        .put("num_decoder_layers", layers))
            .zeros(0);
    long block = stored / layers / 2;
    OpenedProcess.Cost cost =
        OpenedProcess.measure(directory, StoredType.BF16, Packing.INT8_WHOLE, ProgramBranch.CUDA);
    long limit = stored / 2 + 2 * block + ENGINE_BYTES;
    assertThat(stored).isGreaterThan(limit);
    assertThat(cost.anonymous()).isGreaterThan(stored / 2 - block);
    assertThat(cost.peak()).isLessThan(limit);
  }

  private static long packedBytes(Checkpoint checkpoint, Packing packing) {
    long bytes = 0;
    for (Map.Entry<String, List<Long>> tensor : T5Tensors.shapes(checkpoint.config()).entrySet()) {
      long numbers = tensor.getValue().stream().reduce(1L, (a, b) -> a * b);
      boolean map = tensor.getKey().contains("layer.") && tensor.getValue().size() == 2;
      boolean output = tensor.getKey().contains(".wo.");
      boolean bytewise =
          map && (packing == Packing.INT8_WHOLE || (packing == Packing.INT8 && !output));
      bytes += (bytewise ? 1 : Float.BYTES) * numbers;
    }
    return bytes;
  }

  /** A header of odd length puts the numbers where no array of them can begin. */
  @ParameterizedTest
  @CsvSource({"F32, 1", "F32, 2", "BF16, 1"})
  void weightsThatAreNotAlignedAreRead(StoredType dtype, int shift) throws IOException {
    write(dtype, 32, shift);
    assertThat(Checkpoint.open(directory).tensors().values())
        .allMatch(tensor -> tensor.position() % dtype.bytes() != 0);
    openAndEncode(Checkpoint.open(directory), dtype);
  }

  @Test
  void closingGivesTheMappingBack() throws IOException {
    assumeTrue(OpenedProcess.isKnown(), "Skipped: there is no /proc here");
    write(StoredType.BF16, 32, 0);
    openAndEncode(Checkpoint.open(directory), StoredType.BF16);
    assertThat(Files.readString(Path.of("/proc/self/maps"))).doesNotContain(directory.toString());
  }

  private static void openAndEncode(Checkpoint checkpoint, StoredType dtype) {
    try (DjlDevice device =
            DjlDevice.open(
                checkpoint,
                122,
                WeightLayout.of(dtype, Packing.NONE),
                DeviceMap.single("cpu"),
                1,
                LoadListener.NONE);
        Device.Encoding encoding = device.encode(new int[][] {{3, 4, 1}, {5, 1}})) {
      assertThat(encoding).isNotNull();
    }
  }

  private long write(StoredType dtype, int width, int shift) throws IOException {
    return new TestingWeights(
            directory, dtype, config -> config.put("d_model", width).put("d_ff", 2 * width))
        .zeros(shift);
  }
}
