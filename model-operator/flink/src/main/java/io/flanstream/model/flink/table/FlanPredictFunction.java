package io.flanstream.model.flink.table;

import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.ClientSettings;
import io.flanstream.model.flink.ModelClient;
import io.flanstream.model.flink.OperatorVersion;
import io.flanstream.model.flink.table.SqlModelOptions.ErrorMode;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.functions.FunctionContext;

/**
 * Asks the process's model, which jobs share, about rows. Public for the code that Flink generates.
 */
public final class FlanPredictFunction extends AsyncPredictFunction {
  private static final long serialVersionUID = 1L;

  private final String version = OperatorVersion.current();
  private final CheckpointModel provider;
  private final RowAnswers answers;
  private final OutputRows rows;
  private final RowName name;
  private final ErrorMode errorMode;
  private final ClientSettings settings;
  private transient ModelClient client;
  private transient RowAnswers.Asking asking;

  /** Made by {@link FlanModelFactory}. */
  FlanPredictFunction(
      CheckpointModel provider,
      RowAnswers answers,
      OutputRows rows,
      RowName name,
      ErrorMode errorMode,
      ClientSettings settings) {
    this.provider = provider;
    this.answers = answers;
    this.rows = rows;
    this.name = name;
    this.errorMode = errorMode;
    this.settings = settings;
  }

  @Override
  public void open(FunctionContext context) throws InterruptedException {
    client =
        ModelClient.open(
            provider, settings, version, context.getMetricGroup(), ModelClient.Listener.NONE);
    try {
      asking = answers.open(client);
    } catch (RuntimeException e) {
      // The task does not suit the model: a restart would find it the same.
      throw new SuppressRestartsException(e);
    }
  }

  @Override
  public CompletableFuture<Collection<RowData>> asyncPredict(RowData input) {
    if (input.isNullAt(0)) {
      return CompletableFuture.completedFuture(List.of(rows.nothing()));
    }
    // Flink may use a row again once it is asked about.
    String row = errorMode == ErrorMode.FAIL ? name.of(input) : "";
    return RowError.handled(
        asking.ask(input.getString(0).toString()).thenApply(answer -> List.of(rows.answer(answer))),
        errorMode,
        () -> row,
        error -> List.of(rows.failure(error)));
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
