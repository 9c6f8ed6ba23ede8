package io.flanstream.model.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.model.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over Flink's own local file system; S3 itself is in {@code S3ModelITCase}. */
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
        .containsExactly("config.json", WEIGHTS, "model.safetensors.index.json", "tokenizer.json");
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

  @Test
  void goesOnWithWhatWasCutOff() throws IOException {
    Path copy = cache.fetch(uri());
    Path partial = local.resolve(copy.getFileName() + ".partial");
    Files.move(copy, partial);
    // Other digits than the source's show that what is there is not read again.
    Files.writeString(partial.resolve(WEIGHTS), "9876");
    assertThat(cache.fetch(uri())).isEqualTo(copy);
    assertThat(copy.resolve(WEIGHTS)).hasContent("9876456789");
    assertThat(partial).doesNotExist();
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
