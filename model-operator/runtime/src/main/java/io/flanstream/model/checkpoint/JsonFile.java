package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A JSON file of a checkpoint directory, read whole. */
final class JsonFile {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonFile() {}

  /**
   * Reads a JSON object.
   *
   * @throws CheckpointException if the file is not there, not readable or not a JSON object
   */
  static JsonNode readObject(Path file) {
    try {
      return object(file, Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new CheckpointException("Cannot open checkpoint: %s does not exist".formatted(file), e);
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s is not readable".formatted(file), e);
    }
  }

  /**
   * Parses a JSON object that lies in a file.
   *
   * @throws CheckpointException if the bytes are not a JSON object
   */
  static JsonNode object(Path file, byte[] json) {
    try {
      JsonNode node = MAPPER.readTree(json);
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw notAnObject(file, e);
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s is not readable".formatted(file), e);
    }
    throw notAnObject(file, null);
  }

  private static CheckpointException notAnObject(Path file, Throwable cause) {
    return new CheckpointException(
        "Cannot open checkpoint: %s must hold a JSON object".formatted(file), cause);
  }
}
