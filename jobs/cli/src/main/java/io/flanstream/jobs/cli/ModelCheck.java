package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.checkpoint.CheckpointTokenizer;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.ModelOptions;
import java.nio.file.Path;

/**
 * Looks at the model checkpoint before a job on this machine does, so that a fault is said first.
 */
final class ModelCheck {
  private ModelCheck() {}

  /**
   * Reads what a pipeline's checkpoint says of itself, unless it is on a remote file system.
   *
   * @throws CheckpointException if it is not there or cannot be opened
   */
  static void reach(Pipeline pipeline) {
    String path = pipeline.model().get(ModelOptions.PATH);
    if (!CheckpointModel.isRemote(path)) {
      Checkpoint checkpoint = Checkpoint.open(Path.of(path));
      CheckpointTokenizer.open(checkpoint.directory());
    }
  }
}
