package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Header of a safetensors file: 8 bytes of little-endian length, a JSON object of {@code name ->
 * {dtype, shape, data_offsets}}, then the bytes. Format: the safetensors README, "Format".
 */
final class SafetensorsFile {
  /** The format's own bound on its header. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  private static final String METADATA = "__metadata__";

  private final Path file;
  private final long size;
  private final long dataStart;
  private final JsonNode header;

  private SafetensorsFile(Path file, long size, long dataStart, JsonNode header) {
    this.file = file;
    this.size = size;
    this.dataStart = dataStart;
    this.header = header;
  }

  /**
   * Reads what a file holds, without the bytes of its tensors.
   *
   * @throws CheckpointException if the file is not there, cut off, or a tensor does not lie in it
   */
  static Contents read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      ByteBuffer length = read(channel, 0, 8, file, size).order(ByteOrder.LITTLE_ENDIAN);
      long headerBytes = length.getLong();
      if (headerBytes < 2 || headerBytes > MAX_HEADER_BYTES) {
        throw new CheckpointException(
            "Cannot open checkpoint: %s is no safetensors file: its header length must be 2 to %s, got %s"
                .formatted(file, MAX_HEADER_BYTES, headerBytes));
      }
      byte[] json = read(channel, 8, (int) headerBytes, file, size).array();
      return new SafetensorsFile(file, size, 8 + headerBytes, JsonFile.object(file, json))
          .contents();
    } catch (NoSuchFileException e) {
      throw new CheckpointException("Cannot open checkpoint: %s does not exist".formatted(file), e);
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s is not readable".formatted(file), e);
    }
  }

  private static ByteBuffer read(
      FileChannel channel, long position, int bytes, Path file, long size) throws IOException {
    if (position + bytes > size) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s is cut off: its header needs %s bytes, the file has %s"
              .formatted(file, position + bytes, size));
    }
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) >= 0) {
      continue;
    }
    return buffer.flip();
  }

  private Contents contents() {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    Map<String, String> others = new LinkedHashMap<>();
    Map<String, String> aliases = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      String name = entry.getKey();
      if (name.equals(METADATA)) {
        entry
            .getValue()
            .properties()
            .forEach(alias -> aliases.put(alias.getKey(), alias.getValue().asText()));
      } else {
        String dtype = entry.getValue().path("dtype").asText();
        type(dtype)
            .ifPresentOrElse(
                type -> tensors.put(name, tensor(name, type, entry.getValue())),
                () -> others.put(name, dtype));
      }
    }
    aliases.keySet().removeIf(name -> !header.has(aliases.get(name)) || header.has(name));
    return new Contents(file, List.copyOf(tensors.values()), others, aliases);
  }

  private StoredTensor tensor(String name, StoredType type, JsonNode entry) {
    List<Long> shape = new ArrayList<>();
    entry.path("shape").forEach(dimension -> shape.add(dimension.asLong(-1)));
    JsonNode offsets = entry.path("data_offsets");
    long begin = offsets.path(0).asLong(-1);
    long end = offsets.path(1).asLong(-1);
    StoredTensor tensor = new StoredTensor(name, type, List.copyOf(shape), file, dataStart + begin);
    if (begin < 0 || shape.stream().anyMatch(d -> d < 0) || end - begin != tensor.bytes()) {
      throw new CheckpointException(
          "Cannot open checkpoint: tensor %s in %s must have %s bytes for shape %s, its offsets are %s to %s"
              .formatted(name, file, tensor.bytes(), shape, begin, end));
    }
    if (dataStart + end > size) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s is cut off: tensor %s ends at byte %s, the file has %s"
              .formatted(file, name, dataStart + end, size));
    }
    return tensor;
  }

  private static Optional<StoredType> type(String dtype) {
    return Stream.of(StoredType.values()).filter(type -> type.name().equals(dtype)).findFirst();
  }

  /**
   * What a file holds.
   *
   * @param file the file
   * @param tensors tensors of floating-point numbers
   * @param others dtype of each other tensor, by name
   * @param aliases names that the header's metadata gives to stored tensors, and which no tensor
   *     has
   */
  record Contents(
      Path file,
      List<StoredTensor> tensors,
      Map<String, String> others,
      Map<String, String> aliases) {

    /** The tensors, if there are no others. */
    List<StoredTensor> floats() {
      others.keySet().forEach(this::refuse);
      return tensors;
    }

    /** Refuses a tensor of another dtype. */
    void refuse(String name) {
      throw new CheckpointException(
          "Cannot open checkpoint: dtype of tensor %s in %s must be F64, F32, BF16 or F16, got %s"
              .formatted(name, file, others.get(name)));
    }
  }
}
