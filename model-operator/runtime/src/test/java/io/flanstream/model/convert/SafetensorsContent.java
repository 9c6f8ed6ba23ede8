package io.flanstream.model.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.checkpoint.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** A small safetensors file, read by a reader of its own. */
record SafetensorsContent(Map<String, Content> tensors, Map<String, String> metadata) {
  /** A tensor. */
  record Content(String dtype, String shape, String sha256) {}

  static SafetensorsContent read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int header = Math.toIntExact(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong());
    if (header % 8 != 0) {
      throw new AssertionError("tensors must be aligned, the header has " + header);
    }
    JsonNode json = new ObjectMapper().readTree(bytes, 8, header);
    Map<String, Content> tensors = new TreeMap<>();
    Map<String, String> metadata = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      if (entry.getKey().equals("__metadata__")) {
        entry
            .getValue()
            .properties()
            .forEach(one -> metadata.put(one.getKey(), one.getValue().textValue()));
        continue;
      }
      JsonNode offsets = entry.getValue().get("data_offsets");
      tensors.put(
          entry.getKey(),
          new Content(
              entry.getValue().get("dtype").textValue(),
              entry.getValue().get("shape").toString(),
              Sha256.hex(
                  Arrays.copyOfRange(
                      bytes,
                      8 + header + offsets.get(0).intValue(),
                      8 + header + offsets.get(1).intValue()))));
    }
    return new SafetensorsContent(tensors, metadata);
  }
}
