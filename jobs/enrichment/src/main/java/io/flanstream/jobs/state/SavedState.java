package io.flanstream.jobs.state;

import java.io.DataInputStream;
import java.io.IOException;
import java.time.Instant;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;

/**
 * A complete savepoint or checkpoint.
 *
 * @param uri where it is
 * @param id its number, which grows from one to the next, also in a job that goes on from it
 * @param at when it was complete
 * @param savepoint whether it is a savepoint
 * @param ended whether every task had read to the end of a bounded run, so that nothing is left
 */
public record SavedState(String uri, long id, Instant at, boolean savepoint, boolean ended) {
  static final String METADATA = "_metadata";

  /**
   * Reads what there is to know of one.
   *
   * @param directory its directory, or its metadata
   * @throws IOException if it is not there or cannot be read
   */
  public static SavedState read(Path directory) throws IOException {
    FileSystem files = directory.getFileSystem();
    Path metadata =
        directory.getName().equals(METADATA) ? directory : new Path(directory, METADATA);
    FileStatus status = files.getFileStatus(metadata);
    try (DataInputStream in = new DataInputStream(files.open(metadata))) {
      CheckpointMetadata read =
          Checkpoints.loadCheckpointMetadata(
              in, SavedState.class.getClassLoader(), directory.toString());
      return new SavedState(
          metadata.getParent().toString(),
          read.getCheckpointId(),
          Instant.ofEpochMilli(status.getModificationTime()),
          read.getCheckpointProperties() != null && read.getCheckpointProperties().isSavepoint(),
          !read.getOperatorStates().isEmpty()
              && read.getOperatorStates().stream().allMatch(OperatorState::isFullyFinished));
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new IOException(
          "Cannot read Flink checkpoint %s: %s".formatted(directory, e.getMessage()), e);
    }
  }
}
