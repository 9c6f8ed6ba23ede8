package io.flanstream.model.checkpoint;

/** Is told how far the loading of weights is. */
@FunctionalInterface
public interface LoadListener {
  /** Listens to nothing. */
  LoadListener NONE = progress -> {};

  /**
   * More weights were hashed, or loaded. Called every few megabytes, by any thread, by one at a
   * time; what it throws fails the loading.
   *
   * @param progress how far it is, in a stage never less than before; at last all
   */
  void loaded(LoadProgress progress);
}
