package io.flanstream.jobs.topology;

import io.flanstream.jobs.state.OwnerClaim;
import io.flanstream.jobs.state.OwnerLease;
import io.flanstream.jobs.state.OwnershipLostException;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/** Keeps a pipeline's lease while its job runs; a job that has lost it fails for good. */
final class OwnerWatch implements AutoCloseable {
  private final OwnerLease lease;

  private OwnerWatch(OwnerLease lease) {
    this.lease = lease;
  }

  /** Watches over a claim; over nothing where it is null. */
  static OwnerWatch of(OwnerClaim claim) {
    return new OwnerWatch(claim == null ? null : new OwnerLease(claim));
  }

  void start(SplitEnumeratorContext<?> context) {
    if (lease != null) {
      context.callAsync(
          () -> {
            lease.renew();
            return null;
          },
          (nothing, failure) -> {
            if (failure instanceof OwnershipLostException) {
              throw new SuppressRestartsException(failure);
            }
          },
          0,
          OwnerLease.RENEWED_EVERY.toMillis());
    }
  }

  void completed(long checkpointId) {
    if (lease != null) {
      lease.completed(checkpointId);
    }
  }

  /**
   * Leaves the lease as it is, since Flink closes this too where it restarts the job. Whoever knows
   * that the job has ended gives the lease back, or finds that it did.
   */
  @Override
  public void close() {
    if (lease != null) {
      lease.leave();
    }
  }
}
