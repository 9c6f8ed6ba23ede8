package io.flanstream.jobs.client;

import java.io.IOException;

/** A cluster could not be asked, or refuses; the message says which, and why. */
public final class ClusterException extends IOException {
  private static final long serialVersionUID = 1L;

  ClusterException(String address, Throwable cause) {
    super("Cannot ask Flink at %s: %s".formatted(address, said(RootCause.of(cause))), cause);
  }

  /** Flink's client falls over an answer without a body, as a proxy gives to a wrong password. */
  private static String said(Throwable cause) {
    return cause instanceof NullPointerException
        ? "the answer must be Flink's, got an empty one; a proxy may ask for a password, which"
            + " FLINK_REST_CLIENT_HEADERS tells"
        : RootCause.of(String.valueOf(cause));
  }
}
