package io.flanstream.model.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.pickle.TestingTorchFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Converting 4 GiB of random weights against {@code cp} and {@code sync} of the same files, in
 * turns, under {@code -Dflanstream.conversion-rate=DIRECTORY}, on the disk that is measured.
 */
@EnabledIfSystemProperty(named = "flanstream.conversion-rate", matches = ".+")
class ConversionRateTest {
  private static final int ROUNDS = 5;
  private static final int FILES = 4;
  private static final int TENSORS = 16;
  private static final long ELEMENTS = 1L << 29;
  private static final double LEAST_SHARE = 0.7;

  @Test
  void convertingIsNearlyAsFastAsCopying() throws IOException, InterruptedException {
    Path parent =
        Files.createDirectories(Path.of(System.getProperty("flanstream.conversion-rate")));
    Path directory = Files.createTempDirectory(parent, "conversion-rate");
    try {
      Path source = Files.createDirectory(directory.resolve("source"));
      write(source);
      List<Double> ratios = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        double copying = copy(source, directory.resolve("copied"));
        double converting = convert(source, directory.resolve("converted"));
        ratios.add(copying / converting);
        System.out.printf(
            Locale.ROOT,
            "copying %.1f s, converting %.1f s, ratio of the rates %.2f%n",
            copying,
            converting,
            copying / converting);
      }
      Collections.sort(ratios);
      System.out.printf(Locale.ROOT, "median %.2f%n", ratios.get(ROUNDS / 2));
      assertThat(ratios.get(ROUNDS / 2)).isGreaterThan(LEAST_SHARE);
    } finally {
      delete(directory);
    }
  }

  private static double copy(Path source, Path target) throws IOException, InterruptedException {
    run("sync");
    long begun = System.nanoTime();
    run("cp", "-r", source.toString(), target.toString());
    List<String> sync = new ArrayList<>(List.of("sync"));
    try (Stream<Path> files = Files.list(target)) {
      files.map(Path::toString).forEach(sync::add);
    }
    run(sync.toArray(String[]::new));
    double seconds = (System.nanoTime() - begun) / 1e9;
    delete(target);
    return seconds;
  }

  private static double convert(Path source, Path target) throws IOException, InterruptedException {
    run("sync");
    long begun = System.nanoTime();
    WeightConversion.plan(source, WeightConversion.DEFAULT_SHARD_BYTES)
        .into(target, ConversionListener.NONE);
    double seconds = (System.nanoTime() - begun) / 1e9;
    delete(target);
    return seconds;
  }

  private static void write(Path directory) throws IOException {
    Random random = new Random(5);
    byte[] numbers = new byte[1 << 22];
    StringBuilder index = new StringBuilder();
    for (int i = 0; i < FILES; i++) {
      String name = "pytorch_model-%s.bin".formatted(i);
      TestingTorchFile torch = new TestingTorchFile(ELEMENTS, true);
      long size = ELEMENTS / TENSORS;
      for (int t = 0; t < TENSORS; t++) {
        String tensor = "tensor.%s.%s".formatted(i, t);
        torch.tensor(tensor, t * size, List.of(size), List.of(1L));
        index.append("%s\"%s\":\"%s\"".formatted(index.isEmpty() ? "" : ",", tensor, name));
      }
      long at = torch.write(directory.resolve(name));
      try (FileChannel file = FileChannel.open(directory.resolve(name), StandardOpenOption.WRITE)) {
        for (long done = 0; done < 2 * ELEMENTS; done += numbers.length) {
          random.nextBytes(numbers);
          file.write(ByteBuffer.wrap(numbers), at + done);
        }
      }
    }
    Files.writeString(
        directory.resolve("pytorch_model.bin.index.json"), "{\"weight_map\":{" + index + "}}");
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Collections.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
