package io.flanstream.model.flink;

import io.flanstream.model.TextModel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** A part in a shared model, which stays open at least until every part is closed. Thread-safe. */
public final class ModelLease implements AutoCloseable {
  private final SharedModels.Entry entry;
  private final TextModel model;
  private final Duration linger;
  private final AtomicBoolean closed = new AtomicBoolean();

  ModelLease(SharedModels.Entry entry, TextModel model, Duration linger) {
    this.entry = entry;
    this.model = model;
    this.linger = linger;
  }

  /** The model, which the caller must not close. */
  public TextModel model() {
    return model;
  }

  /** Ends this part in the model; where it was the last, the model lingers. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      entry.release(linger);
    }
  }
}
