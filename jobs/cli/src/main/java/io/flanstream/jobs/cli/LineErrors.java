package io.flanstream.jobs.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.ModelException;
import io.flanstream.model.task.TaskFailure;
import org.apache.flink.util.ExceptionUtils;

/** Failures of single lines as JSON. */
final class LineErrors {
  private LineErrors() {}

  /** {"line", "id", "error": {"code", "message"}}. */
  static String json(long line, JsonNode id, Throwable failure) {
    Throwable cause = ExceptionUtils.stripCompletionException(failure);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("line", line);
    json.set("id", id);
    json.putObject("error").put("code", code(cause)).put("message", FailureHandler.message(cause));
    return json.toString();
  }

  private static String code(Throwable failure) {
    if (failure instanceof LineException line) {
      return line.code();
    }
    if (failure instanceof TaskFailure task) {
      return task.code();
    }
    if (failure instanceof ModelException model) {
      return model.code().name();
    }
    return failure instanceof IllegalArgumentException
        ? RequestLine.INVALID_REQUEST
        : ModelException.Code.MODEL_FAILURE.name();
  }
}
