package io.flanstream.model.flink;

import io.flanstream.model.TextModel;

/** A part in a shared model, which stays open at least until every part is closed. Thread-safe. */
public final class ModelLease implements AutoCloseable {
  private final Shared.Lease<SharedModels.Opened> lease;

  ModelLease(Shared.Lease<SharedModels.Opened> lease) {
    this.lease = lease;
  }

  /** The model, which the caller must not close. */
  public TextModel model() {
    return lease.shared().model();
  }

  /** Says that the model may be lost: if so, nobody gets it any more, and its devices are freed. */
  void lose() {
    lease.losing().run();
  }

  /** Ends this part in the model; where it was the last, the model lingers. */
  @Override
  public void close() {
    lease.ending().run();
  }
}
