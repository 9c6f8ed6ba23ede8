package io.flanstream.model.flink;

import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import org.apache.flink.configuration.Configuration;

/** A model checkpoint's directory, which must be at the same path in every process. */
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
    ModelSettings.from(options);
  }

  @Override
  public Object key() {
    return ModelSettings.from(options);
  }

  @Override
  public TextModel open() {
    return TextModels.open(ModelSettings.from(options));
  }
}
