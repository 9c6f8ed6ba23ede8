package io.flanstream.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.GoldenCheckpoint;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  @Test
  void configDecidesWhatTheModelIs() {
    T5Config first = Checkpoint.open(golden("t5-v1_0")).config();
    assertThat(first.activation()).isEqualTo(T5Config.Activation.RELU);
    assertThat(first.gated()).isFalse();
    assertThat(first.scaledOutput()).isTrue();

    Checkpoint second = Checkpoint.open(golden("t5-v1_1"));
    assertThat(second.config().activation()).isEqualTo(T5Config.Activation.GELU_NEW);
    assertThat(second.config().scaledOutput()).isFalse();
    assertThat(second.config().decoderLayers()).isEqualTo(3);
    assertThat(second.head()).isPresent();

    Checkpoint ul2 = Checkpoint.open(golden("ul2"));
    assertThat(ul2.config().activation()).isEqualTo(T5Config.Activation.SILU);
    assertThat(ul2.config().inner()).isEqualTo(48).isNotEqualTo(ul2.config().dModel());
    assertThat(ul2.head()).isEmpty();
    assertThat(ul2.tensors().values()).extracting(StoredTensor::file).contains(shard(3));
  }

  @Test
  void reshardingKeepsTheHash() throws IOException {
    copy("ul2");
    String sharded = Checkpoint.open(directory).weightsHash();
    Path renamed = directory.resolve("other.safetensors");
    Files.move(directory.resolve(shard(2).getFileName()), renamed);
    Path index = directory.resolve("model.safetensors.index.json");
    Files.writeString(
        index,
        Files.readString(index).replace("model-00002-of-00003.safetensors", "other.safetensors"));
    assertThat(Checkpoint.open(directory).weightsHash()).isEqualTo(sharded);
    try (FileChannel channel = FileChannel.open(renamed, StandardOpenOption.WRITE)) {
      channel.write(java.nio.ByteBuffer.wrap(new byte[] {1}), channel.size() - 1);
    }
    assertThat(Checkpoint.open(directory).weightsHash()).isNotEqualTo(sharded);
  }

  @Test
  void refusesAnotherArchitecture() throws IOException {
    copy("ul2");
    config(json -> json.put("model_type", "llama"));
    assertFails(
        "model_type in %s must be t5, mt5 or umt5, got \"llama\"",
        directory.resolve("config.json"));
  }

  @Test
  void refusesAnUnknownActivation() throws IOException {
    copy("ul2");
    config(json -> json.put("feed_forward_proj", "gated-tanh"));
    assertFails("must be relu, gelu or silu, or one of them after gated-, got gated-tanh");
  }

  @Test
  void takesTransformersDefaultForAMissingSize() throws IOException {
    copy("ul2");
    config(json -> json.remove("d_ff"));
    assertFails("must have shape [2048, 32] as config.json says, got [48, 32]");
  }

  @Test
  void refusesASizeThatIsNoInteger() throws IOException {
    copy("ul2");
    config(json -> json.put("d_ff", "48"));
    assertFails("d_ff in %s must be an integer, got \"48\"", directory.resolve("config.json"));
  }

  @Test
  void refusesAMissingTensor() throws IOException {
    copy("ul2");
    config(json -> json.put("num_layers", 4));
    assertFails("tensor encoder.block.3.layer.0.layer_norm.weight [32] is missing in " + directory);
  }

  @Test
  void refusesAWrongShape() throws IOException {
    copy("ul2");
    config(json -> json.put("d_ff", 64));
    assertFails("must have shape [64, 32] as config.json says, got [48, 32]");
  }

  @Test
  void refusesATruncatedShard() throws IOException {
    copy("ul2");
    Path shard = directory.resolve(shard(3).getFileName());
    try (FileChannel channel = FileChannel.open(shard, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 100);
    }
    assertFails(shard + " is cut off: tensor");
  }

  @Test
  void refusesATruncatedHeader() throws IOException {
    copy("t5-v1_0");
    Path file = directory.resolve("model.safetensors");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(40);
    }
    assertFails(file + " is cut off: its header needs");
  }

  @Test
  void refusesAMissingShard() throws IOException {
    copy("ul2");
    Files.delete(directory.resolve(shard(2).getFileName()));
    assertFails(directory.resolve(shard(2).getFileName()) + " does not exist");
  }

  @Test
  void refusesAShardOutsideTheDirectory() throws IOException {
    copy("ul2");
    Path index = directory.resolve("model.safetensors.index.json");
    Files.writeString(
        index, Files.readString(index).replace("model-00002-of", "../model-00002-of"));
    assertFails("must lie in its directory, got ../model-00002-of-00003.safetensors");
  }

  @Test
  void refusesPickledWeights() throws IOException {
    copy("t5-v1_0");
    Files.move(directory.resolve("model.safetensors"), directory.resolve("pytorch_model.bin"));
    assertFails("pickled weights are not read");
  }

  @Test
  void refusesADirectoryThatIsNotThere() {
    Path nowhere = directory.resolve("nowhere");
    assertThatThrownBy(() -> Checkpoint.open(nowhere))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("Cannot open checkpoint: %s is not a directory", nowhere);
  }

  private void assertFails(String message, Object... arguments) {
    assertThatThrownBy(() -> Checkpoint.open(directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Cannot open checkpoint: ")
        .hasMessageContaining(message.formatted(arguments));
  }

  private void config(Consumer<ObjectNode> change) throws IOException {
    Path file = directory.resolve("config.json");
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    change.accept(json);
    JSON.writeValue(file.toFile(), json);
  }

  private static Path golden(String name) {
    return GoldenCheckpoint.of(name).directory();
  }

  private static Path shard(int number) {
    return golden("ul2")
        .resolve(String.format(Locale.ROOT, "model-%05d-of-00003.safetensors", number));
  }

  private void copy(String name) throws IOException {
    try (Stream<Path> files = Files.list(golden(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
  }
}
