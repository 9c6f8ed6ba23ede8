package io.flanstream.model.flink.table;

import io.flanstream.model.ModelException;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.ModelLease;
import io.flanstream.model.flink.OperatorVersion;
import io.flanstream.model.flink.SharedModels;
import io.flanstream.model.flink.table.SqlModelOptions.ErrorMode;
import io.flanstream.model.task.OverlongPolicy;
import java.io.Serializable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.util.ExceptionUtils;

/**
 * Asks the process's model, which jobs share, a question whose labels or fields come with the row.
 * For one thread.
 */
final class RowQuestions implements Serializable, AutoCloseable {
  private static final long serialVersionUID = 1L;
  private static final int KEPT = 256;

  private final String version = OperatorVersion.current();
  private final AiQuestion question;
  private final CheckpointModel model;
  private final OverlongPolicy overlong;
  private final ErrorMode errorMode;
  private final Duration linger;
  private transient ModelLease lease;
  private transient Map<Object, Answers.Asking> prepared;

  private RowQuestions(AiQuestion question, CheckpointModel model, ReadableConfig options) {
    this.question = question;
    this.model = model;
    this.overlong = options.get(SqlModelOptions.OVERLONG);
    this.errorMode = options.get(SqlModelOptions.ERROR_MODE);
    this.linger = options.get(SqlModelOptions.MODEL_LINGER);
  }

  /**
   * Checks which model is asked.
   *
   * @param question what is asked
   * @param session the session's settings
   * @param options the module's own
   * @throws ValidationException if an option is missing or out of bounds
   */
  static RowQuestions planned(AiQuestion question, ReadableConfig session, Configuration options) {
    return new RowQuestions(question, SessionModel.of(session, options.toMap()), options);
  }

  /** Types of the function that asks. */
  TypeInference inference() {
    return question.inference();
  }

  /** Takes part in the model. */
  void open() {
    try {
      OperatorVersion.check(version);
      lease = SharedModels.lease(model, linger);
    } catch (RuntimeException e) {
      // The library or the checkpoint is at fault: a restart would find it the same.
      throw new SuppressRestartsException(e);
    }
    prepared =
        new LinkedHashMap<>(KEPT, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Object, Answers.Asking> eldest) {
            return size() > KEPT;
          }
        };
  }

  /**
   * Asks about a row, without waiting.
   *
   * @param text the text, or null
   * @param choices labels or fields, or null
   * @param options keys of a task, or null
   * @return the answer in Flink's internal form; null where text or choices are
   */
  CompletableFuture<Object> ask(StringData text, Object choices, MapData options) {
    if (text == null || (question.takesChoices() && choices == null)) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Object> answer;
    try {
      answer = asking(choices, options).ask(text.toString()).thenApply(values -> values[0]);
    } catch (ValidationException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    return errorMode == ErrorMode.FAIL ? answer : answer.exceptionally(RowQuestions::nothing);
  }

  @Override
  public void close() {
    if (lease != null) {
      lease.close();
    }
  }

  private Answers.Asking asking(Object choices, MapData options) {
    Object names =
        choices instanceof ArrayData list ? Words.list(list) : Words.map((MapData) choices);
    Map<String, String> keys = Words.map(options);
    return prepared.computeIfAbsent(
        Map.entry(names, keys),
        unused -> question.answers(names, keys, overlong).open(lease.model()));
  }

  private static Object nothing(Throwable thrown) {
    Throwable cause = ExceptionUtils.stripCompletionException(thrown);
    if (cause instanceof ModelException closed && closed.code() == ModelException.Code.CLOSED) {
      // No fault of the text.
      throw closed;
    }
    return null;
  }
}
