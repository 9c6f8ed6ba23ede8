package io.flanstream.model.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.pickle.PickleException;
import io.flanstream.model.pickle.PickledFiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of PyTorch with bytes changed, cut out, doubled and moved: each is converted or refused,
 * soon, with little memory, and nothing is written but what a conversion writes.
 *
 * <p>{@code -Dflanstream.fuzz=100000} makes so many.
 */
@Timeout(7200)
class PickleFuzzTest {
  private static final long SEED = 20261128;
  private static final int FILES = Integer.getInteger("flanstream.fuzz", 3000);
  private static final long MOST_BYTES = 64L << 20;
  private static final Duration LONGEST = Duration.ofSeconds(20);

  @TempDir private Path temporary;

  @Test
  void whateverAFileHoldsItIsConvertedOrRefused() throws IOException {
    List<byte[]> seeds =
        Stream.of(PickledFiles.FORMS, PickledFiles.REFUSED)
            .flatMap(directory -> PickledFiles.in(directory).stream())
            .map(PickleFuzzTest::read)
            .toList();
    Random random = new Random(SEED);
    Path source = Files.createDirectory(temporary.resolve("source"));
    Path file = source.resolve("pytorch_model.bin");
    Path target = temporary.resolve("target");
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    int converted = 0;
    for (int i = 0; i < FILES; i++) {
      byte[] bytes = mutated(seeds.get(i % seeds.size()).clone(), random);
      Files.write(file, bytes);
      long begun = System.nanoTime();
      long allocated = threads.getCurrentThreadAllocatedBytes();
      if (isConverted(file, target, i)) {
        converted++;
        assertThat(names(target)).contains("flanstream-convert.json", "model.safetensors");
        clear(target);
      } else {
        assertThat(target).as("file %s", i).doesNotExist();
      }
      assertThat(threads.getCurrentThreadAllocatedBytes() - allocated)
          .as("bytes taken by file %s", i)
          .isLessThan(MOST_BYTES);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).as("file %s", i).isLessThan(LONGEST);
      assertThat(Files.readAllBytes(file)).as("the source").isEqualTo(bytes);
    }
    assertThat(converted).as("files that are whole enough").isBetween(FILES / 100, FILES);
    assertThat(names(temporary)).containsExactly("source");
    assertThat(names(source)).containsExactly("pytorch_model.bin");
    assertThat(Path.of("ran-code")).doesNotExist();
  }

  private static boolean isConverted(Path file, Path target, int number) {
    boolean[] done = new boolean[1];
    assertThatCode(
            () -> {
              try {
                WeightConversion.plan(file, WeightConversion.DEFAULT_SHARD_BYTES)
                    .into(target, ConversionListener.NONE);
                done[0] = true;
              } catch (PickleException | CheckpointException e) {
                assertThat(e).hasMessageMatching("(?s)Cannot (read|convert) .*");
              }
            })
        .as("file %s", number)
        .doesNotThrowAnyException();
    return done[0];
  }

  private static byte[] mutated(byte[] bytes, Random random) {
    byte[] changed = bytes;
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = random.nextInt(changed.length);
      int length = 1 + random.nextInt(Math.min(changed.length - at, 1 << random.nextInt(9)));
      changed =
          switch (random.nextInt(7)) {
            case 0 -> with(changed, at, (byte) (1 << random.nextInt(8)) ^ changed[at]);
            case 1 -> with(changed, at, random.nextInt(256));
            case 2 -> with(changed, at, List.of(0, 0xff, 0x7f, 0x80).get(random.nextInt(4)));
            case 3 ->
                with(changed, at, ".(tRbcQu}])Nqhrj\u0088\u008a\u0093".charAt(random.nextInt(19)));
            case 4 -> spliced(changed, at, length, new byte[0]);
            case 5 -> spliced(changed, at, 0, Arrays.copyOfRange(changed, at, at + length));
            default -> {
              int to = random.nextInt(changed.length - length + 1);
              byte[] moved = changed.clone();
              System.arraycopy(changed, at, moved, to, length);
              yield moved;
            }
          };
      if (changed.length == 0) {
        return changed;
      }
    }
    return changed;
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int at, int removed, byte[] added) {
    byte[] result = new byte[bytes.length - removed + added.length];
    System.arraycopy(bytes, 0, result, 0, at);
    System.arraycopy(added, 0, result, at, added.length);
    System.arraycopy(bytes, at + removed, result, at + added.length, bytes.length - at - removed);
    return result;
  }

  private static void clear(Path directory) throws IOException {
    for (String name : names(directory)) {
      Files.delete(directory.resolve(name));
    }
    Files.delete(directory);
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
