package io.flanstream.model.flink;

import io.flanstream.model.ModelException;
import io.flanstream.model.crash.CrashedException;
import io.flanstream.model.task.TaskFailure;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * Why a record has no results.
 *
 * @param stage step that failed: TOKENIZE, MODEL or DECODE
 * @param code what failed, for machines
 * @param message what failed, for people
 * @param attempts how many times it was tried
 */
public record Failure(String stage, String code, String message, int attempts) {

  /** How Flink serialises it. */
  public static final TypeInformation<Failure> TYPE = Types.POJO(Failure.class);

  /**
   * The record's own failure; empty where the record is not at fault: the model was closed, its
   * device lost, a topic or a disk away. Then the job fails, and the record is tried again.
   */
  static Optional<Failure> ofRecord(Throwable thrown) {
    if (thrown instanceof RecordFailedException record) {
      return Optional.of(record.failure());
    }
    if (thrown instanceof CrashedException crashed) {
      return Optional.of(
          new Failure(
              TaskFailure.Stage.MODEL.name(), "CRASHED", crashed.getMessage(), crashed.crashes()));
    }
    if (thrown instanceof TaskFailure
        || (thrown instanceof ModelException model && model.isOfRequest())) {
      TaskFailure failure = TaskFailure.of(thrown);
      return Optional.of(
          new Failure(failure.stage().name(), failure.code(), failure.getMessage(), 1));
    }
    return Optional.empty();
  }

  static Failure late(int attempts) {
    return new Failure(
        TaskFailure.Stage.MODEL.name(),
        "TIMEOUT",
        "Cannot enrich event: the model must answer within job.answer-timeout",
        attempts);
  }
}
