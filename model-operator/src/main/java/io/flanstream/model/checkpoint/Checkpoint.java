package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A Hugging Face checkpoint directory: {@code config.json}, {@code tokenizer.json} and {@code
 * model.safetensors}, or the shards that {@code model.safetensors.index.json} names.
 *
 * <p>Opening reads headers only and checks every tensor that the config asks for; the weights stay
 * on disk. Immutable and thread-safe.
 */
public final class Checkpoint {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final Path directory;
  private final T5Config config;
  private final SortedMap<String, StoredTensor> tensors;
  private final boolean headOfItsOwn;
  private final List<LoraUpdate> updates;

  private Checkpoint(
      Path directory,
      T5Config config,
      SortedMap<String, StoredTensor> tensors,
      boolean headOfItsOwn,
      List<LoraUpdate> updates) {
    this.directory = directory;
    this.config = config;
    this.tensors = tensors;
    this.headOfItsOwn = headOfItsOwn;
    this.updates = updates;
  }

  /**
   * Opens a checkpoint directory.
   *
   * @param directory the directory
   * @return the checkpoint
   * @throws CheckpointException if a file is missing, cut off or malformed, the architecture is not
   *     T5's, or a tensor is missing or has another shape than the config says
   */
  public static Checkpoint open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s is not a directory".formatted(directory));
    }
    T5Config config = T5Config.read(directory.resolve("config.json"));
    if (!Files.exists(directory.resolve("tokenizer.json"))) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s does not exist"
              .formatted(directory.resolve("tokenizer.json")));
    }
    SortedMap<String, StoredTensor> tensors = readTensors(directory);
    for (Map.Entry<String, List<Long>> expected : T5Tensors.shapes(config).entrySet()) {
      check(directory, tensors.get(expected.getKey()), expected.getKey(), expected.getValue());
    }
    boolean ownHead = tensors.containsKey(T5Tensors.HEAD);
    if (ownHead) {
      List<Long> shape = List.of((long) config.vocabSize(), (long) config.dModel());
      check(directory, tensors.get(T5Tensors.HEAD), T5Tensors.HEAD, shape);
      ownHead = !TensorBytes.equal(tensors.get(T5Tensors.HEAD), tensors.get(T5Tensors.EMBEDDING));
    }
    return new Checkpoint(directory, config, tensors, ownHead, List.of());
  }

  /**
   * This checkpoint with LoRA adapters, which are merged where it is loaded: each adds to the
   * weights that it was trained for.
   *
   * @param directories PEFT directories: {@code adapter_config.json}, {@code
   *     adapter_model.safetensors}
   * @return the checkpoint, with a weights' hash of its own
   * @throws CheckpointException if an adapter is of another kind than LoRA on the linear maps of
   *     blocks, or does not fit the checkpoint
   */
  public Checkpoint withAdapters(List<Path> directories) {
    SortedMap<String, List<Long>> maps = T5Tensors.linearMaps(config);
    List<LoraUpdate> all = new ArrayList<>(updates);
    directories.forEach(adapter -> all.addAll(LoraAdapter.read(adapter, maps)));
    return new Checkpoint(directory, config, tensors, headOfItsOwn, List.copyOf(all));
  }

  private static SortedMap<String, StoredTensor> readTensors(Path directory) {
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    for (Path file : weightFiles(directory)) {
      for (StoredTensor tensor : SafetensorsFile.tensors(file)) {
        StoredTensor other = tensors.put(tensor.name(), tensor);
        if (other != null) {
          throw new CheckpointException(
              "Cannot open checkpoint: tensor %s must be stored once, it is in %s and %s"
                  .formatted(tensor.name(), other.file(), file));
        }
      }
    }
    return tensors;
  }

  private static List<Path> weightFiles(Path directory) {
    if (Files.exists(directory.resolve(SINGLE))) {
      return List.of(directory.resolve(SINGLE));
    }
    Path index = directory.resolve(INDEX);
    if (!Files.exists(index)) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s has neither %s nor %s; pickled weights are not read"
              .formatted(directory, SINGLE, INDEX));
    }
    TreeSet<String> names = new TreeSet<>();
    for (JsonNode name : JsonFile.readObject(index).path("weight_map")) {
      names.add(name.asText());
    }
    List<Path> files = new ArrayList<>();
    for (String name : names) {
      Path file = directory.resolve(name).normalize();
      if (!file.startsWith(directory.normalize())) {
        throw new CheckpointException(
            "Cannot open checkpoint: shards in %s must lie in its directory, got %s"
                .formatted(index, name));
      }
      files.add(file);
    }
    if (files.isEmpty()) {
      throw new CheckpointException(
          "Cannot open checkpoint: weight_map in %s must name a shard, got none".formatted(index));
    }
    return files;
  }

  private static void check(Path directory, StoredTensor tensor, String name, List<Long> shape) {
    if (tensor == null) {
      throw new CheckpointException(
          "Cannot open checkpoint: tensor %s %s is missing in %s"
              .formatted(name, shape, directory));
    }
    if (!tensor.shape().equals(shape)) {
      throw new CheckpointException(
          "Cannot open checkpoint: tensor %s in %s must have shape %s as config.json says, got %s"
              .formatted(name, tensor.file(), shape, tensor.shape()));
    }
  }

  /** The directory. */
  public Path directory() {
    return directory;
  }

  /** The model's shape. */
  public T5Config config() {
    return config;
  }

  /** The tokenizer's file. */
  public Path tokenizerFile() {
    return directory.resolve("tokenizer.json");
  }

  /** Every stored tensor by name. */
  public SortedMap<String, StoredTensor> tensors() {
    return tensors;
  }

  /**
   * The output head: the stored {@code lm_head.weight} where it differs from the embedding, empty
   * where the embedding is the head.
   */
  public Optional<StoredTensor> head() {
    return headOfItsOwn ? Optional.of(tensors.get(T5Tensors.HEAD)) : Optional.empty();
  }

  /** What adapters add to the weights, adapter by adapter. */
  public List<LoraUpdate> updates() {
    return updates;
  }

  /** How the weights are stored: the embedding's format. */
  public StoredType storedType() {
    return tensors.get(T5Tensors.EMBEDDING).dtype();
  }

  /**
   * Hash of the weights, which resharding keeps. That of large weights is computed once, and kept
   * beside them in {@code weights-hash.json} until one of their files changes.
   *
   * @return SHA-256 over the sorted tensors (name, dtype, shape, bytes), lower-case hexadecimal;
   *     with adapters, over that and what each adds (weight, scale, factors)
   */
  public String weightsHash() {
    return weightsHash(LoadListener.NONE);
  }

  /**
   * The same.
   *
   * @param listener is told how far it is, where the hash is not known yet
   * @return the hash
   */
  public String weightsHash(LoadListener listener) {
    String hash = WeightsHashFile.hash(directory, tensors.values(), listener);
    return updates.isEmpty() ? hash : TensorBytes.hash(hash, updates);
  }
}
