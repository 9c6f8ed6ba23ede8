package io.flanstream.model.checkpoint;

/** Is told how far the loading of weights is. */
@FunctionalInterface
public interface LoadListener {
  /** Listens to nothing. */
  LoadListener NONE = progress -> {};

  /**
   * Fails where the thread is interrupted, so that loading ends between two of its steps.
   *
   * @throws CheckpointException if it is
   */
  static void checkNotInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CheckpointException("Cannot open checkpoint: interrupted while it was loaded");
    }
  }

  /**
   * More weights were hashed, or loaded. Called every few megabytes, by any thread, by one at a
   * time; what it throws fails the loading.
   *
   * @param progress how far it is, in a stage never less than before; at last all
   */
  void loaded(LoadProgress progress);
}
