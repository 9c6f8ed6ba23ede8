package io.flanstream.model.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A Hugging Face checkpoint directory: {@code config.json}, {@code tokenizer.json} or {@code
 * spiece.model}, and {@code model.safetensors}, or the shards that {@code
 * model.safetensors.index.json} names.
 *
 * <p>Opening reads headers only and checks every tensor that the config asks for; the weights stay
 * on disk. Immutable and thread-safe.
 */
public final class Checkpoint {
  private final Path directory;
  private final T5Config config;
  private final Tensors tensors;
  private final List<LoraUpdate> updates;
  private final ConfigFile findings;

  private Checkpoint(
      Path directory,
      T5Config config,
      Tensors tensors,
      List<LoraUpdate> updates,
      ConfigFile findings) {
    this.directory = directory;
    this.config = config;
    this.tensors = tensors;
    this.updates = updates;
    this.findings = findings;
  }

  /**
   * What is in the files.
   *
   * @param stored every tensor, by its name there
   * @param weights those that the config asks for, by their names in {@link T5Tensors#shapes}
   * @param head the output head, where it is not the embedding
   */
  private record Tensors(
      SortedMap<String, StoredTensor> stored,
      SortedMap<String, StoredTensor> weights,
      Optional<StoredTensor> head) {}

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
    ConfigFile file = ConfigFile.read(directory.resolve("config.json"));
    T5Config named = new ConfigReader(file).config();
    TokenizerClass.refuseOthers(directory);
    CheckpointTokenizer.find(directory);
    WeightFiles files = WeightFiles.read(directory);
    TiedTensors tied = TiedTensors.of(directory, files, file);
    T5Config config = named.withVocabSize(rows(tied.embedding()));
    if (config.vocabSize() != named.vocabSize()) {
      file.warn(
          "vocab_size in config.json is %s, but the embedding has %s rows; the rows count"
              .formatted(named.vocabSize(), config.vocabSize()));
    }
    checkIds(config, file);
    SortedMap<String, StoredTensor> weights = new TreeMap<>();
    for (Map.Entry<String, List<Long>> expected : T5Tensors.shapes(config).entrySet()) {
      String name = expected.getKey();
      StoredTensor tensor = name.equals(T5Tensors.EMBEDDING) ? tied.embedding() : files.find(name);
      check(directory, tensor, name, expected.getValue());
      weights.put(name, tensor);
    }
    List<Long> shape = List.of((long) config.vocabSize(), (long) config.dModel());
    tied.head().ifPresent(head -> check(directory, head, T5Tensors.HEAD, shape));
    Tensors tensors = new Tensors(files.tensors(), weights, tied.head());
    return new Checkpoint(directory, config, tensors, List.of(), file);
  }

  private static void checkIds(T5Config config, ConfigFile file) {
    for (int id : List.of(config.startId(), config.padId())) {
      if (id < 0 || id >= config.vocabSize()) {
        throw new CheckpointException(
            "Cannot open checkpoint: decoder_start_token_id and pad_token_id of %s must be below the %s rows of the embedding, got %s"
                .formatted(file.file().getParent(), config.vocabSize(), id));
      }
    }
    if (config.endIds().stream().allMatch(id -> id < 0 || id >= config.vocabSize())) {
      file.warn(
          "eos_token_id is %s, which the embedding has no row for: no generation ends before its most tokens"
              .formatted(config.endIds()));
    }
  }

  private static int rows(StoredTensor embedding) {
    if (embedding.shape().size() != 2 || embedding.shape().get(0) > Integer.MAX_VALUE) {
      throw new CheckpointException(
          "Cannot open checkpoint: the embedding in %s must be a matrix [rows, d_model], got %s"
              .formatted(embedding.file(), embedding.shape()));
    }
    return embedding.shape().get(0).intValue();
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
    return new Checkpoint(directory, config, tensors, List.copyOf(all), findings);
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

  /** Every stored tensor by name. */
  public SortedMap<String, StoredTensor> tensors() {
    return Collections.unmodifiableSortedMap(tensors.stored());
  }

  /**
   * A tensor of {@link T5Tensors#shapes}, wherever and under whatever name it is stored.
   *
   * @param name the name that it has there
   */
  public StoredTensor weight(String name) {
    return tensors.weights().get(name);
  }

  /**
   * The output head: the stored {@code lm_head.weight} where it differs from the embedding, empty
   * where the embedding is the head.
   */
  public Optional<StoredTensor> head() {
    return tensors.head();
  }

  /** What the files leave open, as it was decided. */
  public List<Decision> decisions() {
    return List.copyOf(findings.decisions());
  }

  /** Where the files contradict one another. */
  public List<String> warnings() {
    return List.copyOf(findings.warnings());
  }

  /** What adapters add to the weights, adapter by adapter. */
  public List<LoraUpdate> updates() {
    return updates;
  }

  /** How the weights are stored: the embedding's format. */
  public StoredType storedType() {
    return weight(T5Tensors.EMBEDDING).dtype();
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
    String hash = WeightsHashFile.hash(directory, tensors.stored().values(), listener);
    return updates.isEmpty() ? hash : TensorBytes.hash(hash, updates);
  }
}
