package io.flanstream.model.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.model.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over Flink's own local file system; S3 itself is in {@code S3ITCase}. */
class CheckpointCacheTest {
  private static final String WEIGHTS = "model-00001-of-00001.safetensors";

  @TempDir private Path directory;
  private Path source;
  private Path local;
  private CheckpointCache cache;

  @BeforeEach
  void fill() throws IOException {
    source = Files.createDirectories(directory.resolve("there/flan"));
    local = directory.resolve("here");
    cache = new CheckpointCache(local);
    Files.writeString(source.resolve("config.json"), "{}");
    Files.writeString(source.resolve("tokenizer.json"), "{\"a\": 1}");
    Files.writeString(source.resolve("tokenizer_config.json"), "{}");
    Files.writeString(source.resolve("added_tokens.json"), "{}");
    Files.writeString(source.resolve("special_tokens_map.json"), "{}");
    Files.writeString(source.resolve("generation_config.json"), "{}");
    Files.writeString(source.resolve("spiece.model"), "pieces");
    Files.writeString(source.resolve("README.md"), "# A model");
    Files.writeString(source.resolve("model.safetensors.index.json"), "{}");
    Files.writeString(source.resolve(WEIGHTS), "0123456789");
    Files.writeString(source.resolve("pytorch_model.bin"), "a pickle");
  }

  private String uri() {
    return source.toUri().toString();
  }

  @Test
  void copiesWhatACheckpointIsMadeOfAndNothingElse() throws IOException {
    Path copy = cache.fetch(uri());
    assertThat(names(copy))
        .containsExactlyInAnyOrder(
            "added_tokens.json",
            "config.json",
            "generation_config.json",
            WEIGHTS,
            "model.safetensors.index.json",
            "special_tokens_map.json",
            "spiece.model",
            "tokenizer.json",
            "tokenizer_config.json");
    assertThat(copy.resolve(WEIGHTS)).hasContent("0123456789");
    assertThat(copy.getFileName().toString()).matches("flan-[0-9a-f]{16}");
  }

  @Test
  void copiesOnceAndAnewWhenAFileChanges() throws IOException {
    Path first = cache.fetch(uri());
    FileTime copied = Files.getLastModifiedTime(first.resolve(WEIGHTS));
    Files.delete(first.resolve("tokenizer.json"));
    assertThat(cache.fetch(uri())).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(first.resolve(WEIGHTS))).isEqualTo(copied);
    assertThat(first.resolve("tokenizer.json")).doesNotExist();

    Files.writeString(source.resolve(WEIGHTS), "abcdefghij");
    Files.setLastModifiedTime(source.resolve(WEIGHTS), FileTime.fromMillis(1_000_000));
    Path second = cache.fetch(uri());
    assertThat(second).isNotEqualTo(first);
    assertThat(second.resolve(WEIGHTS)).hasContent("abcdefghij");
  }

  /** A file that was torn has its length, and other bytes: zeros after the loss of power. */
  @Test
  void copiesAgainWhatHasNoChecksum() throws IOException {
    Path copy = cache.fetch(uri());
    Path partial = local.resolve(copy.getFileName() + ".partial");
    Files.move(copy, partial);
    Files.writeString(partial.resolve(WEIGHTS), "01234\0\0\0\0\0");
    assertThat(cache.fetch(uri())).isEqualTo(copy);
    assertThat(copy.resolve(WEIGHTS)).hasContent("0123456789");
    assertThat(partial).doesNotExist();
    assertThat(names(copy)).hasSize(9);
  }

  @ParameterizedTest
  @CsvSource({
    // Blocks of three bytes: what is there, and how much of it is sound.
    "012345678, 9",
    "012345, 6",
    "01234, 3",
    "0123X5678, 3",
    "X12345678, 0",
    "0123456789, 9"
  })
  void goesOnBehindTheLastBlockThatIsSound(String there, long sound) throws IOException {
    Path file = directory.resolve("file");
    CopiedBlocks whole = new CopiedBlocks(file, 3);
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (byte b : "012345678".getBytes(StandardCharsets.US_ASCII)) {
        whole.wrote(out, new byte[] {b}, 1);
      }
    }
    Files.writeString(file, there);

    assertThat(new CopiedBlocks(file, 3).verify()).isEqualTo(sound);
    assertThat(new CopiedBlocks(file, 3).verify()).as("again").isEqualTo(sound);
  }

  @Test
  void anInterruptEndsACopyAndLeavesWhatCanBeGoneOnFrom() throws InterruptedException {
    FutureTask<Path> copying = new FutureTask<>(() -> cache.fetch(uri()));
    Thread thread = new Thread(copying);
    thread.start();
    thread.interrupt();
    thread.join();
    assertThat(cache.fetch(uri()).resolve(WEIGHTS)).hasContent("0123456789");
  }

  @Test
  void saysWhatIsNotThere() {
    String nowhere = directory.resolve("nowhere").toUri().toString();
    assertThatThrownBy(() -> cache.fetch(nowhere))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Cannot open checkpoint: " + nowhere)
        .hasMessageContaining("holds neither config.json");
    assertThatThrownBy(() -> cache.fetch("gopher://host/flan"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no file system of this Flink reads gopher://host/flan");
  }

  @ParameterizedTest
  @CsvSource({
    "s3://bucket/flan-ul2, true",
    "hdfs://name:8020/models/flan-ul2/, true",
    "/models/flan-ul2, false",
    "models/flan-ul2, false",
    "file:///models/flan-ul2, false"
  })
  void tellsRemotePathsFromLocalOnes(String path, boolean remote) {
    assertThat(CheckpointCache.isRemote(path)).isEqualTo(remote);
    assertThat(CheckpointCache.nameOf(path)).isEqualTo("flan-ul2");
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
