package io.flanstream.jobs.state;

/** Another process runs the pipeline now. */
public final class OwnershipLostException extends Exception {
  private static final long serialVersionUID = 1L;

  OwnershipLostException(String pipeline, OwnerRecord other) {
    super(
        "Pipeline %s was taken over by %s, so this run ends. For more capacity raise job.parallelism and start more TaskManagers; a pipeline is run once"
            .formatted(pipeline, other.who()));
  }
}
