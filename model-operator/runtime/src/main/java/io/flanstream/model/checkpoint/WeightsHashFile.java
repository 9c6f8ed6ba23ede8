package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The hash of weights, kept beside them in {@code weights-hash.json} with the size and time of
 * every file: it is computed again where one of them has changed. Where the directory cannot be
 * written to, it is computed each time.
 */
final class WeightsHashFile {
  /** Weights that are hashed in a blink are, each time. */
  private static final long LEAST_BYTES = 1L << 28;

  private static final String NAME = "weights-hash.json";
  private static final String HASH = "weightsHash";
  private static final String FILES = "files";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path directory;
  private final TreeSet<Path> files;

  private WeightsHashFile(Path directory, TreeSet<Path> files) {
    this.directory = directory;
    this.files = files;
  }

  /**
   * The hash of a checkpoint's weights.
   *
   * @param directory the checkpoint's directory
   * @param tensors all its tensors
   * @param listener is told how far it is where it is computed
   */
  static String hash(Path directory, Collection<StoredTensor> tensors, LoadListener listener) {
    TreeSet<Path> files = new TreeSet<>();
    tensors.forEach(tensor -> files.add(tensor.file()));
    Supplier<String> hashing = () -> TensorBytes.hash(tensors, listener);
    return tensors.stream().mapToLong(StoredTensor::bytes).sum() < LEAST_BYTES
        ? hashing.get()
        : new WeightsHashFile(directory, files).kept(hashing);
  }

  private String kept(Supplier<String> hashing) {
    ObjectNode now = state();
    try {
      JsonNode kept = JsonFile.readObject(directory.resolve(NAME));
      if (kept.path(FILES).equals(now) && kept.path(HASH).asText().matches("[0-9a-f]{64}")) {
        return kept.path(HASH).asText();
      }
    } catch (CheckpointException e) {
      // None is there yet, or what is there is not one.
    }
    String hash = hashing.get();
    if (now.equals(state())) {
      keep(hash, now);
    }
    return hash;
  }

  private ObjectNode state() {
    ObjectNode state = MAPPER.createObjectNode();
    for (Path file : files) {
      try {
        state
            .putObject(directory.relativize(file).toString())
            .put("bytes", Long.toString(Files.size(file)))
            .put("modified", Files.getLastModifiedTime(file).toInstant().toString());
      } catch (IOException e) {
        throw new CheckpointException(
            "Cannot open checkpoint: %s is not readable".formatted(file), e);
      }
    }
    return state;
  }

  private void keep(String hash, ObjectNode state) {
    ObjectNode json = MAPPER.createObjectNode().put(HASH, hash);
    json.set(FILES, state);
    try {
      Path partial = Files.createTempFile(directory, NAME, ".partial");
      MAPPER.writerWithDefaultPrettyPrinter().writeValue(partial.toFile(), json);
      Files.move(partial, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // A directory that is only read is hashed each time.
    }
  }
}
