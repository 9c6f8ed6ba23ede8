package io.flanstream.jobs.sql;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/** The rows of a statement, while they come. */
public final class SqlResult implements AutoCloseable {
  private final TableResult result;
  private final CloseableIterator<Row> rows;
  private final List<Column> columns;

  SqlResult(TableResult result) {
    this.result = result;
    this.rows = result.collect();
    this.columns = result.getResolvedSchema().getColumns();
  }

  List<String> names() {
    return columns.stream().map(Column::getName).toList();
  }

  List<LogicalType> types() {
    return columns.stream().map(column -> column.getDataType().getLogicalType()).toList();
  }

  /** Whether there is one more; waits for it. */
  boolean hasNext() {
    try {
      return rows.hasNext();
    } catch (RuntimeException e) {
      throw SqlException.of(e);
    }
  }

  Row next() {
    return rows.next();
  }

  /** Ends the statement now; whoever waits for its rows is told. */
  CompletableFuture<Void> cancel() {
    return result
        .getJobClient()
        .map(JobClient::cancel)
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  /** Ends the statement if it has not ended. */
  @Override
  public void close() {
    try {
      rows.close();
    } catch (Exception e) {
      throw SqlException.of(e);
    }
  }
}
