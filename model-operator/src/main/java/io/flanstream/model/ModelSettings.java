package io.flanstream.model;

import io.flanstream.model.batch.BatchSettings;
import io.flanstream.model.device.DeviceMap;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;

/**
 * What a model is opened with, checked: the typed form of {@link ModelOptions}. Two equal settings
 * may share one model.
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
    boolean prepack,
    boolean int8Outputs) {

  /** Arithmetic of the weights. */
  public enum DataType {
    /** float32 on the CPU, the checkpoint's own on a GPU. */
    AUTO,
    /** IEEE single precision. */
    FLOAT32,
    /** The upper 16 bits of float32. */
    BFLOAT16,
    /** 8-bit weights with a scale a row, float32 between them. On the CPU. */
    INT8
  }

  /** Checks the bounds. */
  public ModelSettings {
    Objects.requireNonNull(directory);
    adapters = List.copyOf(adapters);
    Objects.requireNonNull(name);
    devices = List.copyOf(devices);
    checkDevices(devices);
    atLeast(1, maxInputTokens, ModelOptions.MAX_INPUT_TOKENS.key());
    atLeast(1, batch.maxTokens(), ModelOptions.BATCH_MAX_TOKENS.key());
    atLeast(1, batch.maxRequests(), ModelOptions.BATCH_MAX_REQUESTS.key());
    atLeast(1, batch.maxDecoding(), ModelOptions.BATCH_MAX_DECODING.key());
    atLeast(0, searchPositions, ModelOptions.SEARCH_POSITIONS.key());
    if (batch.callTimeout().isNegative() || batch.callTimeout().isZero()) {
      throw new IllegalArgumentException(
          "Cannot open model: %s must be above 0, got %s"
              .formatted(ModelOptions.CALL_TIMEOUT.key(), batch.callTimeout()));
    }
    atLeast(0, threads, ModelOptions.THREADS.key());
    if (!devices.contains("cpu") && (prepack || dtype == DataType.INT8)) {
      throw new IllegalArgumentException(
          "Cannot open model: %s must be cpu where %s is int8 or %s is set, got %s"
              .formatted(
                  ModelOptions.DEVICE.key(),
                  ModelOptions.DTYPE.key(),
                  ModelOptions.PREPACK.key(),
                  String.join(",", devices)));
    }
  }

  /** Defaults for a checkpoint directory. */
  public static ModelSettings of(Path directory) {
    return of(directory, new Configuration());
  }

  /**
   * Reads and checks the options.
   *
   * @param config options under {@code model.*}
   * @return the settings
   * @throws IllegalArgumentException if one is missing or out of bounds
   */
  public static ModelSettings from(ReadableConfig config) {
    Path directory =
        config
            .getOptional(ModelOptions.PATH)
            .map(Path::of)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Cannot open model: %s must be set".formatted(ModelOptions.PATH.key())));
    return of(directory, config);
  }

  private static ModelSettings of(Path directory, ReadableConfig config) {
    List<String> devices = List.of(config.get(ModelOptions.DEVICE).split("\\s*,\\s*"));
    return new ModelSettings(
        directory,
        config.getOptional(ModelOptions.ADAPTER).orElse(List.of()).stream().map(Path::of).toList(),
        config.getOptional(ModelOptions.NAME).orElseGet(() -> defaultName(directory)),
        config.get(ModelOptions.DTYPE),
        devices,
        config.getOptional(ModelOptions.DEVICE_MAP).map(map -> DeviceMap.parse(map, devices)),
        config.get(ModelOptions.MAX_INPUT_TOKENS),
        new BatchSettings(
            config.get(ModelOptions.BATCH_MAX_TOKENS),
            config.get(ModelOptions.BATCH_MAX_REQUESTS),
            config.get(ModelOptions.BATCH_MAX_DECODING),
            config.getOptional(ModelOptions.CACHE_MEMORY).map(MemorySize::getBytes).orElse(0L),
            config.get(ModelOptions.BATCH_MAX_WAIT),
            config.get(ModelOptions.CALL_TIMEOUT)),
        config.get(ModelOptions.SEARCH_POSITIONS),
        config.get(ModelOptions.THREADS),
        config.get(ModelOptions.PREPACK),
        config.get(ModelOptions.INT8_OUTPUTS));
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
              .formatted(ModelOptions.DEVICE.key(), String.join(",", devices)));
    }
    if (devices.contains("cpu") && !devices.stream().allMatch("cpu"::equals)) {
      throw new IllegalArgumentException(
          "Cannot open model: %s must be all cpu or all cuda:N, so that an answer is the same on each, got %s"
              .formatted(ModelOptions.DEVICE.key(), String.join(",", devices)));
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
}
