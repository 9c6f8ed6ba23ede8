package io.flanstream.model.flink;

import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.checkpoint.LoadListener;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;

/**
 * A model checkpoint's directory: at the same path in every process, or on a Flink file system,
 * from which each machine copies it to {@code model.cache-directory}.
 */
public final class CheckpointModel implements ModelProvider {
  private static final long serialVersionUID = 1L;

  private final Configuration options;

  /**
   * Checks options; whether the checkpoint is there shows where it is opened.
   *
   * @param options options under {@code model.*}
   * @throws IllegalArgumentException if one is missing or out of bounds
   */
  public CheckpointModel(Configuration options) {
    this.options = new Configuration(options);
    ModelOptions.read(options);
    DeviceLossSettings.from(options);
  }

  /** Whether a path names a file system other than the machine's own. */
  public static boolean isRemote(String path) {
    return CheckpointCache.isRemote(path);
  }

  @Override
  public Object key() {
    return ModelOptions.read(options);
  }

  @Override
  public DeviceLossSettings deviceLoss() {
    return DeviceLossSettings.from(options);
  }

  @Override
  public TextModel open() {
    return open(new LoggedLoading(options.get(ModelOptions.PATH)));
  }

  /**
   * Opens the model.
   *
   * @param listener is told how far the weights are loaded
   * @return the model, to be closed by the caller
   */
  public TextModel open(LoadListener listener) {
    String path = options.get(ModelOptions.PATH);
    Configuration local = new Configuration(options);
    local.set(ModelOptions.PATH, local(path));
    options
        .getOptional(ModelOptions.ADAPTER)
        .ifPresent(
            adapters ->
                local.set(ModelOptions.ADAPTER, adapters.stream().map(this::local).toList()));
    if (isRemote(path) && !options.contains(ModelOptions.NAME)) {
      local.set(ModelOptions.NAME, CheckpointCache.nameOf(path));
    }
    return TextModels.open(ModelOptions.read(local), listener);
  }

  private String local(String path) {
    return isRemote(path) ? new CheckpointCache(cacheDirectory()).fetch(path).toString() : path;
  }

  private Path cacheDirectory() {
    return options
        .getOptional(ModelOptions.CACHE_DIRECTORY)
        .map(Path::of)
        .orElseGet(() -> TemporaryDirectory.of("flanstream-models"));
  }
}
