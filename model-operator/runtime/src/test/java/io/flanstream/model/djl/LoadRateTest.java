package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.LoadListener;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.device.Device;
import io.flanstream.model.device.DeviceMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Loading from a cold disk against {@code dd} of the same files, in turns: some gigabytes under
 * {@code -Dflanstream.load-rate=DIRECTORY}, on the disk that is measured. Packing is bounded by the
 * processor, and only told.
 */
@EnabledIfSystemProperty(named = "flanstream.load-rate", matches = ".+")
class LoadRateTest {
  private static final int ROUNDS = 3;
  private static final double LEAST_SHARE = 0.8;

  @Test
  void loadingIsAsFastAsTheDisk() throws IOException, InterruptedException {
    Path parent = Files.createDirectories(Path.of(System.getProperty("flanstream.load-rate")));
    measure(Files.createTempDirectory(parent, "load-rate"));
  }

  private static void measure(Path directory) throws IOException, InterruptedException {
    List<Path> files = write(directory);
    try {
      long bytes = 0;
      for (Path file : files) {
        bytes += Files.size(file);
      }
      Checkpoint checkpoint = Checkpoint.open(directory);
      for (Packing packing : new Packing[] {Packing.NONE, Packing.PREPACKED}) {
        double best = 0;
        for (int round = 0; round < ROUNDS; round++) {
          double disk = bytes / seconds(files, () -> read(files));
          double loading = bytes / seconds(files, () -> load(checkpoint, packing));
          System.out.printf(
              Locale.ROOT,
              "%s: %.2f GB, disk %.0f MB/s, loading %.0f MB/s, ratio %.2f%n",
              packing,
              bytes / 1e9,
              disk / 1e6,
              loading / 1e6,
              loading / disk);
          best = Math.max(best, loading / disk);
        }
        if (packing == Packing.NONE) {
          assertThat(best).isGreaterThan(LEAST_SHARE);
        }
      }
    } finally {
      try (Stream<Path> left = Files.list(directory)) {
        for (Path file : left.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }

  /** Shaped as the half of Flan-T5-XL, bfloat16. */
  private static List<Path> write(Path directory) throws IOException {
    return new TestingWeights(
            directory,
            StoredType.BF16,
            config ->
                config
                    .put("d_model", 2048)
                    .put("d_ff", 5120)
                    .put("d_kv", 64)
                    .put("num_heads", 32)
                    .put("num_layers", 12)
                    .put("num_decoder_layers", 12))
        .random(4);
  }

  private static void load(Checkpoint checkpoint, Packing packing) {
    try (DjlDevice device =
            DjlDevice.open(
                checkpoint,
                122,
                WeightLayout.of(StoredType.BF16, packing),
                DeviceMap.single("cpu"),
                0,
                LoadListener.NONE);
        Device.Encoding encoding = device.encode(new int[][] {{3, 1}})) {
      assertThat(encoding).isNotNull();
    }
  }

  private static void read(List<Path> files) throws IOException, InterruptedException {
    for (Path file : files) {
      dd("if=" + file, "of=/dev/null", "bs=4M");
    }
  }

  private static double seconds(List<Path> files, Work work)
      throws IOException, InterruptedException {
    for (Path file : files) {
      dd("if=" + file, "iflag=nocache", "count=0");
    }
    long begun = System.nanoTime();
    work.run();
    return (System.nanoTime() - begun) / 1e9;
  }

  private static void dd(String... arguments) throws IOException, InterruptedException {
    ProcessBuilder dd = new ProcessBuilder("dd", "status=none");
    dd.command().addAll(List.of(arguments));
    assertThat(dd.inheritIO().start().waitFor()).isZero();
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }
}
