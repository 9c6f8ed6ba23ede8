package io.flanstream.model.djl;

import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.device.DeviceMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses whether weights are copied into the layout of the CPU's kernels: where the copies take
 * less than a third of the memory that is free.
 */
public final class AutomaticPacking {
  private static final Logger LOG = LoggerFactory.getLogger(AutomaticPacking.class);
  private static final Path LINUX = Path.of("/proc/cpuinfo");

  /** The copies may be one in so many bytes of the free memory. */
  private static final int SHARE = 3;

  private AutomaticPacking() {}

  /**
   * Chooses the layout of a model's linear maps, and logs what decided.
   *
   * @param checkpoint the checkpoint
   * @param dtype arithmetic
   * @param copies devices of each copy of the model
   * @return {@link Packing#PREPACKED}, or {@link Packing#NONE} on a GPU, where memory is short or
   *     the processor has no kernels for the layout
   */
  public static Packing choose(Checkpoint checkpoint, StoredType dtype, List<DeviceMap> copies) {
    boolean cpu =
        copies.stream().allMatch(copy -> ProgramBranch.of(copy.devices()) == ProgramBranch.CPU);
    return cpu && hasKernels(dtype)
        ? choose(checkpoint, dtype, copies.size(), FreeMemory::of)
        : Packing.NONE;
  }

  static Packing choose(
      Checkpoint checkpoint, StoredType dtype, int copies, ToLongFunction<String> memory) {
    long packed =
        new WeightBytes(checkpoint, dtype, Packing.PREPACKED, true)
                .byPart().stream().mapToLong(Long::longValue).sum()
            * copies;
    long free = memory.applyAsLong("cpu");
    boolean packs = packed < free / SHARE;
    LOG.info(
        "{} weights of {}: prepacked they take {} of {} free bytes, {} of model.prepack=auto",
        packs ? "Prepack" : "Map",
        checkpoint.directory(),
        grouped(packed),
        grouped(free),
        packs ? "less than the third" : "not less than the third");
    return packs ? Packing.PREPACKED : Packing.NONE;
  }

  /** oneDNN's kernels for bfloat16 need AVX-512; others than x86 have had no test. */
  private static boolean hasKernels(StoredType dtype) {
    if (!System.getProperty("os.arch").equals("amd64")) {
      return false;
    }
    if (dtype == StoredType.F32) {
      return true;
    }
    try (Stream<String> lines = Files.lines(LINUX)) {
      return lines.anyMatch(line -> line.startsWith("flags") && line.contains(" avx512bw"));
    } catch (IOException e) {
      return false;
    }
  }

  private static String grouped(long bytes) {
    return String.format(Locale.ROOT, "%,d", bytes);
  }
}
