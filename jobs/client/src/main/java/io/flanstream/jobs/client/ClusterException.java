package io.flanstream.jobs.client;

import java.io.IOException;

/** A cluster could not be asked, or refuses; the message says which, and why. */
public final class ClusterException extends IOException {
  private static final long serialVersionUID = 1L;

  ClusterException(String address, Throwable cause) {
    super(
        "Cannot ask Flink at %s: %s"
            .formatted(address, RootCause.of(String.valueOf(RootCause.of(cause)))),
        cause);
  }
}
