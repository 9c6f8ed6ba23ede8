package io.flanstream.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.model.GoldenCheckpoint;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hash of large weights is computed once. */
class WeightsHashFileTest {
  private static final String KEPT = "0123456789abcdef".repeat(4);
  private static final FileTime TIME = FileTime.from(Instant.parse("2026-03-01T12:00:00.123Z"));

  @TempDir private Path directory;

  @Test
  void theHashOfLargeWeightsIsKeptBesideThem() throws IOException {
    write(300_000_000);
    Path file = directory.resolve("weights-hash.json");
    String hash = Checkpoint.open(directory).weightsHash();
    assertThat(Files.readString(file)).contains(hash, "first.safetensors", "more.safetensors");

    // Only what is read, and not computed, can give another.
    Files.writeString(file, Files.readString(file).replace(hash, KEPT));
    assertThat(Checkpoint.open(directory).weightsHash()).isEqualTo(KEPT);

    Files.setLastModifiedTime(directory.resolve("more.safetensors"), TIME);
    List<LoadProgress> told = new ArrayList<>();
    assertThat(Checkpoint.open(directory).weightsHash(told::add)).isEqualTo(hash);
    assertThat(told)
        .hasSizeGreaterThan(4)
        .allMatch(progress -> progress.stage() == LoadProgress.Stage.HASHING)
        .isSortedAccordingTo(Comparator.comparingLong(LoadProgress::bytes));
    assertThat(told.get(told.size() - 1)).matches(last -> last.bytes() == last.total());
    Checkpoint.open(directory)
        .weightsHash(
            progress -> {
              throw new AssertionError("is known");
            });
    assertThat(Files.readString(file)).contains(hash, "2026-03-01T12:00:00.123Z");

    Files.writeString(file, "{");
    RuntimeException hashing = new IllegalStateException("is not known");
    assertThatThrownBy(
            () ->
                Checkpoint.open(directory)
                    .weightsHash(
                        progress -> {
                          throw hashing;
                        }))
        .isSameAs(hashing);
    try (var files = Files.list(directory)) {
      assertThat(files).noneMatch(left -> left.toString().endsWith(".partial"));
    }
  }

  @Test
  void nothingIsWrittenBesideSmallWeights() throws IOException {
    write(1_000_000);
    assertThat(Checkpoint.open(directory).weightsHash()).isNotEmpty();
    assertThat(directory.resolve("weights-hash.json")).doesNotExist();
  }

  /** A checkpoint with a tensor more, of zeros that take no disk. */
  private void write(long bytes) throws IOException {
    Path golden = GoldenCheckpoint.of("t5-v1_0").directory();
    for (String name : new String[] {"config.json", "tokenizer.json"}) {
      Files.copy(golden.resolve(name), directory.resolve(name));
    }
    Files.copy(golden.resolve("model.safetensors"), directory.resolve("first.safetensors"));
    Files.writeString(
        directory.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"shared.weight\": \"first.safetensors\", \"extra\":"
            + " \"more.safetensors\"}}");
    byte[] header =
        "{\"extra\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[0,%s]}}"
            .formatted(bytes / 4, bytes)
            .getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile file =
        new RandomAccessFile(directory.resolve("more.safetensors").toFile(), "rw")) {
      file.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
      file.write(header);
      file.setLength(8 + header.length + bytes);
    }
  }
}
