package io.flanstream.model.flink.table;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.ClientSettings;
import io.flanstream.model.flink.ModelClient;
import io.flanstream.model.flink.OperatorVersion;
import io.flanstream.model.flink.table.SqlModelOptions.ErrorMode;
import io.flanstream.model.task.OverlongPolicy;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.types.inference.TypeInference;

/**
 * Asks the process's model, which jobs share, a question whose labels or fields come with the row.
 * For one thread.
 */
final class RowQuestions implements Serializable, AutoCloseable {
  private static final long serialVersionUID = 1L;

  private final String version = OperatorVersion.current();
  private final AiQuestion question;
  private final boolean trying;
  private final CheckpointModel model;
  private final OverlongPolicy overlong;
  private final ErrorMode errorMode;
  private final ClientSettings settings;
  private final long preparedBytes;
  private transient ModelClient client;
  private transient Cache<PreparedKey, RowAnswers.Asking> prepared;

  /** Labels or fields, the keys of their task, and what happens to texts that do not fit. */
  record PreparedKey(Object names, Map<String, String> keys, OverlongPolicy overlong) {
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
      AiQuestion question,
      boolean trying,
      CheckpointModel model,
      ReadableConfig options,
      ErrorMode errorMode,
      ClientSettings settings) {
    this.question = question;
    this.trying = trying;
    this.model = model;
    this.overlong = options.get(SqlModelOptions.OVERLONG);
    this.errorMode = errorMode;
    this.preparedBytes = options.get(SqlModelOptions.PREPARED_MEMORY).getBytes();
    this.settings = settings;
  }

  /**
   * Checks which model is asked.
   *
   * @param question what is asked
   * @param trying whether an answer comes with why there is none
   * @param session the session's settings
   * @param options the module's own
   * @throws ValidationException if an option is missing or out of bounds
   */
  static RowQuestions planned(
      AiQuestion question, boolean trying, ReadableConfig session, Configuration options) {
    return new RowQuestions(
        question,
        trying,
        SessionModel.of(session, options.toMap()),
        options,
        SessionModel.errorMode(session, options),
        SessionModel.client(session, options.toMap(), options.get(SqlModelOptions.MODEL_LINGER)));
  }

  /** Types of the function that asks. */
  TypeInference inference() {
    return question.inference(trying);
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
   * @param options keys of a task, how errors are handled and what the row is called, or null
   * @return the answer in Flink's internal form; null where text or choices are
   */
  CompletableFuture<Object> ask(StringData text, Object choices, MapData options) {
    if (text == null || (question.takesChoices() && choices == null)) {
      return CompletableFuture.completedFuture(null);
    }
    RowOptions given = RowOptions.usual(errorMode, overlong);
    CompletableFuture<Object> answer;
    try {
      given = RowOptions.of(question, options, given);
      answer =
          asking(choices, given)
              .ask(text.toString())
              .thenApply(values -> trying ? GenericRowData.of(values[0], null, null) : values[0]);
    } catch (ValidationException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    Optional<String> row = given.row();
    return RowError.handled(
        answer,
        trying ? ErrorMode.NULL : given.errorMode(),
        () -> row.orElseGet(() -> RowName.beginning(text.toString())),
        error -> trying ? tried(error) : null);
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }

  private RowAnswers.Asking asking(Object choices, RowOptions given) {
    Object names =
        choices instanceof ArrayData list
            ? TextValues.list(list)
            : TextValues.map((MapData) choices);
    return prepared.get(
        new PreparedKey(names, given.keys(), given.overlong()),
        unused -> question.answers(names, given.keys(), given.overlong()).open(client));
  }

  private static Object tried(RowError error) {
    return GenericRowData.of(
        null, StringData.fromString(error.code()), StringData.fromString(error.message()));
  }
}
