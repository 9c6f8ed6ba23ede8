package io.flanstream.model;

import io.flanstream.model.batch.BatchSettings;
import io.flanstream.model.device.DeviceMap;
import io.flanstream.model.djl.ProgramBranch;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a model is opened with, checked: defaults are those of {@link Builder}. Two equal settings
 * may share one model. Immutable.
 *
 * @param directory the checkpoint's directory
 * @param adapters directories of the LoRA adapters that are merged into its weights
 * @param name name of the model in the results
 * @param dtype arithmetic of the weights
 * @param devices {@code cpu} or {@code cuda:N}
 * @param deviceMap how one copy of the model is spread over the devices; empty for a copy on each
 * @param maxInputTokens the most tokens of a prompt, its end token included
 * @param batch bounds of the work on the device
 * @param searchPositions positions of a choice trie above which the best choices are searched
 * @param threads threads of one model call on the CPU; 0 for one for each core
 * @param prepack whether weights are copied into the layout of the CPU's kernels
 * @param int8Outputs whether int8 takes in the feed-forward's output projections and the head
 * @param int8Activations whether products of int8 weights quantize activations, too
 * @param scoreNormalizer which tokens share the probability at each token of a label
 */
public record ModelSettings(
    Path directory,
    List<Path> adapters,
    String name,
    DataType dtype,
    List<String> devices,
    Optional<DeviceMap> deviceMap,
    int maxInputTokens,
    BatchSettings batch,
    int searchPositions,
    int threads,
    Prepack prepack,
    boolean int8Outputs,
    Int8Activations int8Activations,
    ScoreNormalizer scoreNormalizer) {

  /** Which tokens share the probability at each token of a label. */
  public enum ScoreNormalizer {
    /** All of the vocabulary. */
    VOCABULARY,
    /** Those that continue a label of the same set. */
    LABELS
  }

  /** Arithmetic of the weights. */
  public enum DataType {
    /** float32 on the CPU, the checkpoint's own on a GPU. */
    AUTO,
    /** IEEE single precision. */
    FLOAT32,
    /** The upper 16 bits of float32. */
    BFLOAT16,
    /** 8-bit weights with a scale a row; between them float32 on the CPU, bfloat16 on a GPU. */
    INT8
  }

  /** Whether weights are copied into the layout of the CPU's kernels. */
  public enum Prepack {
    /** Where the copy takes less than a third of the free memory. */
    AUTO,
    /** Always. */
    TRUE,
    /** Never. */
    FALSE
  }

  /** Whether products of int8 weights quantize activations, too. */
  public enum Int8Activations {
    /** On a GPU, in the decoder, and in the encoder where that is faster by arithmetic. */
    AUTO,
    /** Always, as on the CPU. */
    TRUE,
    /** Never: weights are unpacked for each product. On a GPU. */
    FALSE
  }

  /**
   * Checks the bounds.
   *
   * @param directory the checkpoint's directory
   * @param adapters directories of the LoRA adapters that are merged into its weights
   * @param name name of the model in the results
   * @param dtype arithmetic of the weights
   * @param devices {@code cpu} or {@code cuda:N}
   * @param deviceMap how one copy of the model is spread over the devices; empty for a copy on each
   * @param maxInputTokens the most tokens of a prompt, its end token included
   * @param batch bounds of the work on the device
   * @param searchPositions positions of a choice trie above which the best choices are searched
   * @param threads threads of one model call on the CPU; 0 for one for each core
   * @param prepack whether weights are copied into the layout of the CPU's kernels
   * @param int8Outputs whether int8 takes in the feed-forward's output projections and the head
   * @param int8Activations whether products of int8 weights quantize activations, too
   * @param scoreNormalizer which tokens share the probability at each token of a label
   * @throws IllegalArgumentException if one is out of bounds, or does not fit another
   */
  public ModelSettings {
    Objects.requireNonNull(directory);
    adapters = List.copyOf(adapters);
    Objects.requireNonNull(name);
    devices = List.copyOf(devices);
    checkDevices(devices);
    atLeast(1, maxInputTokens, ModelKeys.MAX_INPUT_TOKENS);
    atLeast(1, batch.maxTokens(), ModelKeys.BATCH_MAX_TOKENS);
    atLeast(1, batch.maxRequests(), ModelKeys.BATCH_MAX_REQUESTS);
    atLeast(1, batch.maxDecoding(), ModelKeys.BATCH_MAX_DECODING);
    atLeast(0, searchPositions, ModelKeys.SEARCH_POSITIONS);
    if (batch.callTimeout().isNegative() || batch.callTimeout().isZero()) {
      throw new IllegalArgumentException(
          "Cannot open model: %s must be above 0, got %s"
              .formatted(ModelKeys.CALL_TIMEOUT, batch.callTimeout()));
    }
    atLeast(0, threads, ModelKeys.THREADS);
    if (!devices.contains("cpu") && prepack == Prepack.TRUE) {
      throw new IllegalArgumentException(
          "Cannot open model: %s must be cpu where %s is set, got %s"
              .formatted(ModelKeys.DEVICE, ModelKeys.PREPACK, String.join(",", devices)));
    }
    if (int8Activations == Int8Activations.FALSE
        && ProgramBranch.of(devices) == ProgramBranch.CPU) {
      throw new IllegalArgumentException(
          "Cannot open model: %s must be auto or true where %s is cpu, got false"
              .formatted(ModelKeys.INT8_ACTIVATIONS, ModelKeys.DEVICE));
    }
  }

  /**
   * Defaults for a checkpoint.
   *
   * @param directory the checkpoint's directory
   * @return the settings
   */
  public static ModelSettings of(Path directory) {
    return builder(directory).build();
  }

  /**
   * Settings of a checkpoint, defaults until set.
   *
   * @param directory the checkpoint's directory
   * @return a builder
   */
  public static Builder builder(Path directory) {
    return new Builder(directory);
  }

  /** Copies of the model, and the devices of each. */
  List<DeviceMap> copies() {
    return deviceMap
        .map(List::of)
        .orElseGet(() -> devices.stream().map(DeviceMap::single).toList());
  }

  private static void checkDevices(List<String> devices) {
    boolean known = devices.stream().allMatch(device -> device.matches("cpu|cuda(:\\d+)?"));
    if (devices.isEmpty() || !known) {
      throw new IllegalArgumentException(
          "Cannot open model: %s must be cpu or cuda:N, got %s"
              .formatted(ModelKeys.DEVICE, String.join(",", devices)));
    }
    if (devices.contains("cpu") && !devices.stream().allMatch("cpu"::equals)) {
      throw new IllegalArgumentException(
          "Cannot open model: %s must be all cpu or all cuda:N, so that an answer is the same on each, got %s"
              .formatted(ModelKeys.DEVICE, String.join(",", devices)));
    }
  }

  private static String defaultName(Path directory) {
    return directory.toAbsolutePath().normalize().getFileName().toString();
  }

  private static void atLeast(int bound, int value, String key) {
    if (value < bound) {
      throw new IllegalArgumentException(
          "Cannot open model: %s must be at least %s, got %s".formatted(key, bound, value));
    }
  }

  /** Sets what differs from the defaults. For one thread. */
  public static final class Builder {
    private final Path directory;
    private List<Path> adapters = List.of();
    private String name;
    private DataType dtype = DataType.AUTO;
    private List<String> devices = List.of("cpu");
    private Optional<DeviceMap> deviceMap = Optional.empty();
    private int maxInputTokens = 2048;
    private BatchSettings batch = BatchSettings.DEFAULT;
    private int searchPositions = 64;
    private int threads;
    private Prepack prepack = Prepack.AUTO;
    private boolean int8Outputs;
    private Int8Activations int8Activations = Int8Activations.AUTO;
    private ScoreNormalizer scoreNormalizer = ScoreNormalizer.VOCABULARY;

    private Builder(Path directory) {
      this.directory = Objects.requireNonNull(directory);
      this.name = defaultName(directory);
    }

    /**
     * Adapters that are merged into the weights; none unless set.
     *
     * @param directories directories of LoRA adapters, in the order of merging
     * @return this builder
     */
    public Builder adapters(List<Path> directories) {
      this.adapters = directories;
      return this;
    }

    /**
     * Name of the model in the results; the directory's unless set.
     *
     * @param title the name
     * @return this builder
     */
    public Builder name(String title) {
      this.name = title;
      return this;
    }

    /**
     * Arithmetic of the weights; {@link DataType#AUTO} unless set.
     *
     * @param arithmetic the type
     * @return this builder
     */
    public Builder dtype(DataType arithmetic) {
      this.dtype = arithmetic;
      return this;
    }

    /**
     * Devices with a copy of the model on each; {@code cpu} unless set.
     *
     * @param titles {@code cpu} or {@code cuda:N}
     * @return this builder
     */
    public Builder devices(String... titles) {
      this.devices = List.of(titles);
      return this;
    }

    /**
     * How one copy is spread over the devices; a copy on each unless set.
     *
     * @param map which block is on which device
     * @return this builder
     */
    public Builder deviceMap(DeviceMap map) {
      this.deviceMap = Optional.of(map);
      return this;
    }

    /**
     * The most tokens of a prompt, its end token included; 2048 unless set.
     *
     * @param tokens the bound, at least 1
     * @return this builder
     */
    public Builder maxInputTokens(int tokens) {
      this.maxInputTokens = tokens;
      return this;
    }

    /**
     * Bounds of the work on the device; {@link BatchSettings#DEFAULT} unless set.
     *
     * @param bounds the bounds
     * @return this builder
     */
    public Builder batch(BatchSettings bounds) {
      this.batch = bounds;
      return this;
    }

    /**
     * Size of a choice trie above which the best choices are searched; 64 unless set.
     *
     * @param positions the number of positions, at least 0
     * @return this builder
     */
    public Builder searchPositions(int positions) {
      this.searchPositions = positions;
      return this;
    }

    /**
     * Threads of one model call on the CPU; 0 unless set.
     *
     * @param count the number, 0 for one for each core
     * @return this builder
     */
    public Builder threads(int count) {
      this.threads = count;
      return this;
    }

    /**
     * Whether weights are copied for the CPU's kernels; {@link Prepack#AUTO} unless set.
     *
     * @param choice when
     * @return this builder
     */
    public Builder prepack(Prepack choice) {
      this.prepack = choice;
      return this;
    }

    /**
     * Whether int8 takes in output projections and the head; not unless set.
     *
     * @param included whether it does
     * @return this builder
     */
    public Builder int8Outputs(boolean included) {
      this.int8Outputs = included;
      return this;
    }

    /**
     * Whether int8 quantizes activations; {@link Int8Activations#AUTO} unless set.
     *
     * @param choice whether it does
     * @return this builder
     */
    public Builder int8Activations(Int8Activations choice) {
      this.int8Activations = choice;
      return this;
    }

    /**
     * Which tokens share the probability at each token of a label; all unless set.
     *
     * @param normalizer which tokens
     * @return this builder
     */
    public Builder scoreNormalizer(ScoreNormalizer normalizer) {
      this.scoreNormalizer = normalizer;
      return this;
    }

    /**
     * The settings.
     *
     * @return the settings, checked
     * @throws IllegalArgumentException if one is out of bounds, or does not fit another
     */
    public ModelSettings build() {
      return new ModelSettings(
          directory,
          adapters,
          name,
          dtype,
          devices,
          deviceMap,
          maxInputTokens,
          batch,
          searchPositions,
          threads,
          prepack,
          int8Outputs,
          int8Activations,
          scoreNormalizer);
    }
  }
}
