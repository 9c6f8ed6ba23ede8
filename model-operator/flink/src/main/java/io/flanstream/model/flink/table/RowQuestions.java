package io.flanstream.model.flink.table;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.ClientSettings;
import io.flanstream.model.flink.ModelClient;
import io.flanstream.model.flink.OperatorVersion;
import io.flanstream.model.flink.RecordFailedException;
import io.flanstream.model.flink.table.SqlModelOptions.ErrorMode;
import io.flanstream.model.task.OverlongPolicy;
import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.util.ExceptionUtils;

/**
 * Asks the process's model, which jobs share, a question whose labels or fields come with the row.
 * For one thread.
 */
final class RowQuestions implements Serializable, AutoCloseable {
  private static final long serialVersionUID = 1L;

  private final String version = OperatorVersion.current();
  private final AiQuestion question;
  private final CheckpointModel model;
  private final OverlongPolicy overlong;
  private final ErrorMode errorMode;
  private final ClientSettings settings;
  private final long preparedBytes;
  private transient ModelClient client;
  private transient Cache<PreparedKey, RowAnswers.Asking> prepared;

  /** Labels or fields, and the keys of their task. */
  record PreparedKey(Object names, Map<String, String> keys) {
    private static final int FIXED_BYTES = 4096;
    private static final int BYTES_PER_CHARACTER = 128;

    /**
     * About what the prepared question holds: prompts, and the trie of the tokens of its labels.
     */
    int bytes() {
      long characters = (long) names.toString().length() + keys.toString().length();
      return (int) Math.min(Integer.MAX_VALUE, FIXED_BYTES + BYTES_PER_CHARACTER * characters);
    }
  }

  private RowQuestions(
      AiQuestion question, CheckpointModel model, ReadableConfig options, ClientSettings settings) {
    this.question = question;
    this.model = model;
    this.overlong = options.get(SqlModelOptions.OVERLONG);
    this.errorMode = options.get(SqlModelOptions.ERROR_MODE);
    this.preparedBytes = options.get(SqlModelOptions.PREPARED_MEMORY).getBytes();
    this.settings = settings;
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
    return new RowQuestions(
        question,
        SessionModel.of(session, options.toMap()),
        options,
        SessionModel.client(session, options.toMap(), options.get(SqlModelOptions.MODEL_LINGER)));
  }

  /** Types of the function that asks. */
  TypeInference inference() {
    return question.inference();
  }

  /** Whether labels or fields follow the text. */
  boolean takesChoices() {
    return question.takesChoices();
  }

  /** Takes part in the model. */
  void open(FunctionContext context) {
    try {
      client =
          ModelClient.open(
              model, settings, version, context.getMetricGroup(), ModelClient.Listener.NONE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Cannot ask model: interrupted while it opened");
    }
    prepared =
        Caffeine.newBuilder()
            .maximumWeight(preparedBytes)
            .weigher((PreparedKey key, RowAnswers.Asking asking) -> key.bytes())
            .executor(Runnable::run)
            .build();
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
    if (client != null) {
      client.close();
    }
  }

  private RowAnswers.Asking asking(Object choices, MapData options) {
    Object names =
        choices instanceof ArrayData list
            ? TextValues.list(list)
            : TextValues.map((MapData) choices);
    Map<String, String> keys = TextValues.map(options);
    return prepared.get(
        new PreparedKey(names, keys),
        unused -> question.answers(names, keys, overlong).open(client));
  }

  private static Object nothing(Throwable thrown) {
    Throwable cause = ExceptionUtils.stripCompletionException(thrown);
    if (cause instanceof RecordFailedException || cause instanceof ValidationException) {
      return null;
    }
    // No fault of the text.
    throw new CompletionException(cause);
  }
}
