package io.flanstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights of a golden layout in files that no repository of a few kilobytes can hold. */
class RewrittenWeightsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EMBEDDING = "shared.weight";
  private static final int ROWS = 100;

  private final GoldenCheckpoint golden = GoldenLayout.checkpoint("t5-v1_0");
  @TempDir private Path directory;
  private ObjectNode header;
  private byte[] data;

  @BeforeEach
  void read() throws IOException {
    for (String name : List.of("config.json", "tokenizer.json")) {
      Files.copy(golden.directory().resolve(name), directory.resolve(name));
    }
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(golden.directory().resolve("model.safetensors")))
            .order(ByteOrder.LITTLE_ENDIAN);
    byte[] json = new byte[(int) bytes.getLong()];
    bytes.get(json);
    header = (ObjectNode) JSON.readTree(json);
    header.remove("__metadata__");
    data = new byte[bytes.remaining()];
    bytes.get(data);
  }

  @Test
  void numbersBeyondTwoGibibytesOfAFileAreRead() throws IOException {
    long hole = (1L << 31) + 4096;
    for (JsonNode tensor : header) {
      long begin = tensor.get("data_offsets").get(0).longValue();
      long end = tensor.get("data_offsets").get(1).longValue();
      ((ObjectNode) tensor).putArray("data_offsets").add(hole + begin).add(hole + end);
    }
    ObjectNode stale = header.putObject("stale").put("dtype", "F32");
    stale.putArray("shape").add(hole / 4);
    stale.putArray("data_offsets").add(0).add(hole);
    write(hole);
    keepHash();
    GoldenCheckpoint large = new GoldenCheckpoint(directory, List.of(), golden.expected());
    try (TextModel model = TextModels.open(large.settings(8, ModelSettings.DataType.FLOAT32))) {
      assertThat(large.worstScoreDifference(model)).isLessThan(1e-4);
      assertThat(large.differentGenerations(model)).isZero();
    }
  }

  @Test
  void aTokenWithoutARowIsAnErrorThatNamesIt() throws IOException {
    ObjectNode embedding = (ObjectNode) header.get(EMBEDDING);
    long begin = embedding.get("data_offsets").get(0).longValue();
    long width = embedding.get("shape").get(1).longValue();
    embedding.putArray("shape").add(ROWS).add(width);
    embedding.putArray("data_offsets").add(begin).add(begin + 4 * ROWS * width);
    write(0);
    GoldenCheckpoint small = new GoldenCheckpoint(directory, List.of(), golden.expected());
    try (TextModel model = TextModels.open(small.settings(8, ModelSettings.DataType.FLOAT32))) {
      int id = ROWS + 3;
      String piece = model.vocabulary().piece(id);
      String text = piece.replace('\u2581', ' ').trim();
      assertThat(model.tokenizer().ids(text)).contains(id);
      String message =
          "Cannot read token %s: its id must be below the 100 rows of the embedding, got 103"
              .formatted(piece);
      Choices choices = model.choices(List.of("card", "a"));
      assertThatThrownBy(() -> model.score(text, choices).join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(ModelException.class)
          .hasMessageEndingWith(message);
      assertThatThrownBy(() -> model.choices(List.of(text, "card")))
          .isInstanceOf(ModelException.class)
          .hasMessage(message);
      assertThat(IntStream.of(model.generate("card", GenerationConfig.free(20)).join().tokenIds()))
          .allMatch(token -> token < ROWS);
    }
  }

  /** As one is kept beside large weights: to hash them is not what is tried. */
  private void keepHash() throws IOException {
    Path weights = directory.resolve("model.safetensors");
    ObjectNode kept = JSON.createObjectNode().put("weightsHash", "0".repeat(64));
    kept.putObject("files")
        .putObject("model.safetensors")
        .put("bytes", Long.toString(Files.size(weights)))
        .put("modified", Files.getLastModifiedTime(weights).toInstant().toString());
    JSON.writeValue(directory.resolve("weights-hash.json").toFile(), kept);
  }

  private void write(long hole) throws IOException {
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    try (RandomAccessFile file =
        new RandomAccessFile(directory.resolve("model.safetensors").toFile(), "rw")) {
      file.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(padded.length).array());
      file.write(padded);
      file.seek(8 + padded.length + hole);
      file.write(data);
    }
  }
}
