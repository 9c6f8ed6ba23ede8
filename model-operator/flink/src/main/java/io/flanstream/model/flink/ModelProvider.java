package io.flanstream.model.flink;

import io.flanstream.model.TextModel;
import java.io.Serializable;

/**
 * Travels with a job to its processes and opens the model there.
 *
 * <p>Two providers of one class with equal keys open the same model, and share it in a process.
 */
public interface ModelProvider extends Serializable {

  /** What tells this model from others; with value equality. */
  Object key();

  /**
   * Opens the model; {@link SharedModels} closes it.
   *
   * @return the model
   * @throws RuntimeException if it cannot be used
   */
  TextModel open();

  /** What happens where the model's device is lost. */
  default DeviceLossSettings deviceLoss() {
    return DeviceLossSettings.DEFAULT;
  }
}
