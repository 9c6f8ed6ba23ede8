package io.flanstream.jobs.state;

/** A run cannot begin because the pipeline runs already. */
public final class PipelineRunsException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Says who runs it.
   *
   * @param pipeline name of the pipeline
   * @param who who runs it
   */
  public PipelineRunsException(String pipeline, String who) {
    super(
        "Cannot run pipeline %s: it must not run yet, got %s. A pipeline is run once; for more capacity raise job.parallelism and start more TaskManagers"
            .formatted(pipeline, who));
  }
}
