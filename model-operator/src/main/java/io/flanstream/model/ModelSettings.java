package io.flanstream.model;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.configuration.ReadableConfig;

/**
 * What a model is opened with, checked: the typed form of {@link ModelOptions}. Two equal settings
 * may share one model.
 *
 * @param directory the checkpoint's directory
 * @param name name of the model in the results
 * @param dtype arithmetic of the weights
 * @param device {@code cpu} or {@code cuda:N}
 * @param maxInputTokens the most tokens of a prompt, its end token included
 * @param batchMaxTokens the most encoder tokens in a batch, padding included
 * @param batchMaxRequests the most requests in a batch
 * @param batchMaxWait how long a request may wait for company
 * @param threads threads of one model call on the CPU; 0 for one for each core
 */
public record ModelSettings(
    Path directory,
    String name,
    DataType dtype,
    String device,
    int maxInputTokens,
    int batchMaxTokens,
    int batchMaxRequests,
    Duration batchMaxWait,
    int threads) {

  /** Arithmetic of the weights. */
  public enum DataType {
    /** float32 on the CPU, the checkpoint's own on a GPU. */
    AUTO,
    /** IEEE single precision. */
    FLOAT32,
    /** The upper 16 bits of float32. */
    BFLOAT16
  }

  /** Checks the bounds. */
  public ModelSettings {
    Objects.requireNonNull(directory);
    Objects.requireNonNull(name);
    if (!device.matches("cpu|cuda(:\\d+)?")) {
      throw new IllegalArgumentException(
          "Cannot open model: %s must be cpu or cuda:N, got %s"
              .formatted(ModelOptions.DEVICE.key(), device));
    }
    atLeast(1, maxInputTokens, ModelOptions.MAX_INPUT_TOKENS.key());
    atLeast(1, batchMaxTokens, ModelOptions.BATCH_MAX_TOKENS.key());
    atLeast(1, batchMaxRequests, ModelOptions.BATCH_MAX_REQUESTS.key());
    atLeast(0, threads, ModelOptions.THREADS.key());
  }

  /** Defaults for a checkpoint directory. */
  public static ModelSettings of(Path directory) {
    return new ModelSettings(
        directory,
        defaultName(directory),
        ModelOptions.DTYPE.defaultValue(),
        ModelOptions.DEVICE.defaultValue(),
        ModelOptions.MAX_INPUT_TOKENS.defaultValue(),
        ModelOptions.BATCH_MAX_TOKENS.defaultValue(),
        ModelOptions.BATCH_MAX_REQUESTS.defaultValue(),
        ModelOptions.BATCH_MAX_WAIT.defaultValue(),
        ModelOptions.THREADS.defaultValue());
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
    return new ModelSettings(
        directory,
        config.getOptional(ModelOptions.NAME).orElseGet(() -> defaultName(directory)),
        config.get(ModelOptions.DTYPE),
        config.get(ModelOptions.DEVICE),
        config.get(ModelOptions.MAX_INPUT_TOKENS),
        config.get(ModelOptions.BATCH_MAX_TOKENS),
        config.get(ModelOptions.BATCH_MAX_REQUESTS),
        config.get(ModelOptions.BATCH_MAX_WAIT),
        config.get(ModelOptions.THREADS));
  }

  private static String defaultName(Path directory) {
    return directory.toAbsolutePath().normalize().getFileName().toString();
  }

  private static void atLeast(int bound, int value, String key) {
    if (value < bound) {
      throw new IllegalArgumentException(
          "Cannot open model: %s must be at least %d, got %d".formatted(key, bound, value));
    }
  }
}
