package io.flanstream.model.flink;

import io.flanstream.model.ModelException;
import io.flanstream.model.crash.CrashedException;
import io.flanstream.model.task.TaskFailure;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * Why an event has no results.
 *
 * @param stage step that failed: TOKENIZE, MODEL or DECODE
 * @param code what failed, for machines
 * @param message what failed, for people
 * @param attempts how many times it was tried
 */
public record Failure(String stage, String code, String message, int attempts) {

  /** How Flink serialises it. */
  public static final TypeInformation<Failure> TYPE = Types.POJO(Failure.class);

  static Failure of(Throwable thrown) {
    if (thrown instanceof CrashedException crashed) {
      return new Failure(
          TaskFailure.Stage.MODEL.name(), "CRASHED", crashed.getMessage(), crashed.crashes());
    }
    return thrown instanceof TaskFailure failure
        ? new Failure(failure.stage().name(), failure.code(), failure.getMessage(), 1)
        : new Failure(
            TaskFailure.Stage.MODEL.name(),
            ModelException.Code.MODEL_FAILURE.name(),
            String.valueOf(thrown),
            1);
  }

  static Failure late(int attempts) {
    return new Failure(
        TaskFailure.Stage.MODEL.name(),
        "TIMEOUT",
        "Cannot enrich event: the model must answer within job.answer-timeout",
        attempts);
  }
}
