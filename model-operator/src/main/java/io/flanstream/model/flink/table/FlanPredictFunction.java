package io.flanstream.model.flink.table;

import io.flanstream.model.ModelException;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.ModelLease;
import io.flanstream.model.flink.OperatorVersion;
import io.flanstream.model.flink.SharedModels;
import io.flanstream.model.flink.table.SqlModelOptions.ErrorMode;
import io.flanstream.model.task.TaskFailure;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.util.ExceptionUtils;

/**
 * Asks the process's model, which jobs share, about rows. Public for the code that Flink generates.
 */
public final class FlanPredictFunction extends AsyncPredictFunction {
  private static final long serialVersionUID = 1L;

  private final String version = OperatorVersion.current();
  private final CheckpointModel provider;
  private final Answers answers;
  private final OutputRows rows;
  private final ErrorMode errorMode;
  private final Duration linger;
  private transient ModelLease lease;
  private transient Answers.Asking asking;

  /** Made by {@link FlanModelFactory}. */
  FlanPredictFunction(
      CheckpointModel provider,
      Answers answers,
      OutputRows rows,
      ErrorMode errorMode,
      Duration linger) {
    this.provider = provider;
    this.answers = answers;
    this.rows = rows;
    this.errorMode = errorMode;
    this.linger = linger;
  }

  @Override
  public void open(FunctionContext context) {
    try {
      OperatorVersion.check(version);
      lease = SharedModels.lease(provider, linger);
      asking = answers.open(lease.model());
    } catch (UncheckedIOException e) {
      // Where it is read from may be there again after a restart.
      throw e;
    } catch (RuntimeException e) {
      // The library, the checkpoint or the task is at fault: a restart would find them the same.
      throw new SuppressRestartsException(e);
    }
  }

  @Override
  public CompletableFuture<Collection<RowData>> asyncPredict(RowData input) {
    if (input.isNullAt(0)) {
      return CompletableFuture.completedFuture(List.of(rows.nothing()));
    }
    CompletableFuture<Collection<RowData>> row =
        asking.ask(input.getString(0).toString()).thenApply(answer -> List.of(rows.answer(answer)));
    return errorMode == ErrorMode.FAIL ? row : row.exceptionally(this::failed);
  }

  private Collection<RowData> failed(Throwable thrown) {
    Throwable cause = ExceptionUtils.stripCompletionException(thrown);
    if (cause instanceof ModelException model && model.code() == ModelException.Code.CLOSED) {
      // No fault of the text.
      throw model;
    }
    return List.of(rows.failure(TaskFailure.of(cause)));
  }

  @Override
  public void close() {
    if (lease != null) {
      lease.close();
    }
  }
}
