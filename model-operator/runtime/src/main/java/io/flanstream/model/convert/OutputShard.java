package io.flanstream.model.convert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.pickle.PickledTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file to be: which tensors it gets from which file of pickled weights. Format: the
 * safetensors README, "Format".
 *
 * @param name its name
 * @param source the file that has the numbers
 * @param tensors in the order in which they are written: wide elements first, so that each is
 *     aligned; then as they lie in the source
 * @param aliases names that are left out, and the tensor that each is the same view as
 */
record OutputShard(
    String name, Path source, List<PickledTensor> tensors, Map<String, String> aliases) {
  private static final int ALIGNMENT = 8;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  OutputShard {
    List<PickledTensor> ordered = new ArrayList<>(tensors);
    ordered.sort(
        Comparator.comparing((PickledTensor tensor) -> -tensor.type().bytes())
            .thenComparing(PickledTensor::position)
            .thenComparing(PickledTensor::name));
    tensors = List.copyOf(ordered);
    aliases = Map.copyOf(aliases);
  }

  OutputShard named(String other) {
    return new OutputShard(other, source, tensors, aliases);
  }

  /** Bytes of the tensors. */
  long tensorBytes() {
    return tensors.stream().mapToLong(PickledTensor::bytes).sum();
  }

  /** Bytes of the file. */
  long fileBytes() {
    return header().remaining() + tensorBytes();
  }

  /** What stands before the tensors: the header's length and the header. */
  ByteBuffer header() {
    ObjectNode header = MAPPER.createObjectNode();
    ObjectNode metadata = header.putObject("__metadata__").put("format", "pt");
    aliases.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(alias -> metadata.put(alias.getKey(), alias.getValue()));
    long at = 0;
    for (PickledTensor tensor : tensors) {
      ObjectNode entry = header.putObject(tensor.name()).put("dtype", tensor.type().name());
      tensor.shape().forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(at).add(at + tensor.bytes());
      at += tensor.bytes();
    }
    byte[] json;
    try {
      json = MAPPER.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write a header of text and numbers", e);
    }
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer bytes = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(padded).put(json);
    while (bytes.hasRemaining()) {
      bytes.put((byte) ' ');
    }
    return bytes.flip();
  }
}
