package io.flanstream.model.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultCacheTest {
  private static final long MIB = 1 << 20;

  @TempDir private Path directory;

  @Test
  void theFileKeepsWhatTheProcessKnew() {
    write(0, 100);

    try (ResultCache cache = open(MIB)) {
      for (int i = 0; i < 100; i++) {
        assertThat(cache.get(key(i)).join()).isEqualTo(value(i));
      }
      assertThat(cache.get(key(100)).join()).isNull();
    }
  }

  @Test
  void theFileStaysAsSmallAsItIsTold() throws IOException {
    for (int from = 0; from < 10_000; from += 1000) {
      write(from, from + 1000);
    }

    assertThat(Files.size(file())).isLessThan(MIB * 3 / 2);
    try (ResultCache cache = open(MIB)) {
      assertThat(cache.get(key(0)).join()).as("the oldest").isNull();
      assertThat(cache.get(key(9999)).join()).as("the latest").isEqualTo(value(9999));
    }
  }

  @Test
  void memoryStaysAsSmallAsItIsTold() {
    try (ResultCache cache = ResultCache.open(new CacheSettings(100_000, null, 0))) {
      for (int i = 0; i < 10_000; i++) {
        cache.put(key(i), value(i));
      }
      long known = 0;
      for (int i = 0; i < 10_000; i++) {
        known += cache.get(key(i)).join() == null ? 0 : 1;
      }
      assertThat(known).isBetween(10L, 400L);
    }
  }

  /** The file is read once for what is asked again. */
  @Test
  void memoryTakesWhatTheFileHad() throws SQLException {
    write(0, 1);
    try (ResultCache cache = ResultCache.open(new CacheSettings(MIB, directory.toString(), MIB))) {
      assertThat(cache.get(key(0)).join()).isEqualTo(value(0));
      try (ResultTable other = ResultTable.open(file())) {
        other.shrink(0);
      }
      assertThat(cache.get(key(0)).join()).isEqualTo(value(0));
      assertThat(cache.get(key(1)).join()).isNull();
    }
  }

  @Test
  void processesShareTheFile() {
    try (ResultCache one = open(MIB);
        ResultCache other = open(MIB)) {
      for (int i = 0; i < 200; i++) {
        (i % 2 == 0 ? one : other).put(key(i), value(i));
      }
    }
    try (ResultCache third = open(MIB)) {
      for (int i = 0; i < 200; i++) {
        assertThat(third.get(key(i)).join()).isEqualTo(value(i));
      }
    }
  }

  @Test
  void whatIsNoCacheFileBeginsAnew() throws IOException {
    Files.writeString(file(), "no database at all, ".repeat(1000));

    write(0, 1);

    try (ResultCache cache = open(MIB)) {
      assertThat(cache.get(key(0)).join()).isEqualTo(value(0));
    }
  }

  /** Whatever bytes of the file change: a result is right or it is not there. */
  @Test
  void aDamagedFileIsNeverWrong() throws IOException {
    write(0, 300);
    byte[] whole = Files.readAllBytes(file());
    Random random = new Random(7);
    int lost = 0;
    for (int round = 0; round < 60; round++) {
      byte[] damaged = whole.clone();
      for (int change = 0; change < 20; change++) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(file(), damaged);
      try (ResultCache cache = open(MIB)) {
        for (int i = 0; i < 300; i++) {
          byte[] value = cache.get(key(i)).join();
          lost += value == null ? 1 : 0;
          assertThat(value).isIn(null, value(i));
        }
        cache.put(key(1000 + round), value(round));
      }
      assertThat(Files.exists(file())).isTrue();
    }
    assertThat(lost).as("the damage was noticed").isPositive();
    write(5000, 5001);
    try (ResultCache cache = open(MIB)) {
      assertThat(cache.get(key(5000)).join()).isEqualTo(value(5000));
    }
  }

  @Test
  void saysThatTheDirectoryCannotBe() throws IOException {
    Path notADirectory = Files.createFile(directory.resolve("file"));

    assertThatIllegalStateException()
        .isThrownBy(
            () -> ResultCache.open(new CacheSettings(0, notADirectory.toString(), MIB)).close())
        .withMessageStartingWith(
            "Cannot open result cache: %s must be a directory on a local disk", notADirectory);
  }

  private void write(int from, int to) {
    try (ResultCache cache = open(MIB)) {
      for (int i = from; i < to; i++) {
        cache.put(key(i), value(i));
      }
    }
  }

  private ResultCache open(long diskBytes) {
    return ResultCache.open(new CacheSettings(0, directory.toString(), diskBytes));
  }

  private Path file() {
    return directory.resolve(DiskStore.FILE);
  }

  private static ByteBuffer key(int number) {
    return ByteBuffer.wrap("key %28s".formatted(number).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] value(int number) {
    byte[] value = new byte[200 + number % 200];
    new Random(number).nextBytes(value);
    return value;
  }
}
