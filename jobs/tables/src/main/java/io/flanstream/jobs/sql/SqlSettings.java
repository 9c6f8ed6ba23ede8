package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.Position;
import org.apache.flink.api.common.RuntimeExecutionMode;

/**
 * How a session begins.
 *
 * @param mode in which mode queries run until a SET says otherwise
 * @param from where the tables of a pipeline begin: the start, the end, or a time
 */
public record SqlSettings(RuntimeExecutionMode mode, Position from) {

  /** Checks the place. */
  public SqlSettings {
    if (from instanceof Position.Committed || from instanceof Position.Offsets) {
      throw new IllegalArgumentException(
          "Cannot open tables: they must begin at earliest, latest or a time");
    }
  }

  /** Queries over all that is committed when they start. */
  public static SqlSettings batch() {
    return new SqlSettings(RuntimeExecutionMode.BATCH, new Position.Earliest());
  }
}
