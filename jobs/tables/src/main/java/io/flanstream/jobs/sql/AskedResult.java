package io.flanstream.jobs.sql;

import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.internal.ResultProvider;
import org.apache.flink.table.api.internal.TableResultImpl;
import org.apache.flink.table.api.internal.TableResultInternal;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.utils.print.PrintStyle;
import org.apache.flink.table.utils.print.RowDataToStringConverter;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/**
 * What a query of batch mode that runs in streaming mode answers a gateway: its rows when no more
 * come, and no more of them than it asked for.
 */
final class AskedResult implements ResultProvider {
  private final TableResultInternal result;
  private final AskingPlan.Way way;
  private final long most;
  private final Supplier<TableResultInternal> again;

  private AskedResult(
      TableResultInternal result,
      AskingPlan.Way way,
      long most,
      Supplier<TableResultInternal> again) {
    this.result = result;
    this.way = way;
    this.most = most;
    this.again = again;
  }

  /**
   * The answer.
   *
   * @param result of streaming mode
   * @param way how it becomes that of batch mode
   * @param most how many rows the query can have
   * @param again runs it in batch mode, in the thread that reads
   */
  static TableResultInternal of(
      TableResultInternal result,
      AskingPlan.Way way,
      long most,
      Supplier<TableResultInternal> again) {
    AskedResult rows = new AskedResult(result, way, most, again);
    return TableResultImpl.builder()
        .jobClient(result.getJobClient().orElse(null))
        .resultKind(result.getResultKind())
        .schema(result.getResolvedSchema())
        .resultProvider(rows)
        .setPrintStyle(PrintStyle.rawContent(rows.getRowDataStringConverter()))
        .build();
  }

  @Override
  public CloseableIterator<RowData> toInternalIterator() {
    CloseableIterator<RowData> rows = result.collectInternal();
    return new FirstRows(
        switch (way) {
          case SETTLED -> SettledRows.ofData(rows, CloseableIterator::empty);
          case TOTALS -> SettledRows.ofData(rows, () -> again.get().collectInternal());
          case STREAMING, BATCH -> rows;
        },
        most);
  }

  @Override
  public RowDataToStringConverter getRowDataStringConverter() {
    return result.getRowDataToStringConverter();
  }

  @Override
  public ResultProvider setJobClient(JobClient job) {
    return this;
  }

  @Override
  public CloseableIterator<Row> toExternalIterator() {
    throw new UnsupportedOperationException("A gateway takes rows as Flink has them");
  }

  @Override
  public boolean isFirstRowReady() {
    return true;
  }

  /** The first rows; the job that makes more is ended after the last of them. */
  private static final class FirstRows implements CloseableIterator<RowData> {
    private final CloseableIterator<RowData> rows;
    private long left;

    FirstRows(CloseableIterator<RowData> rows, long most) {
      this.rows = rows;
      this.left = most;
    }

    @Override
    public boolean hasNext() {
      if (left == 0) {
        close();
        return false;
      }
      return rows.hasNext();
    }

    @Override
    public RowData next() {
      if (left == 0) {
        throw new NoSuchElementException();
      }
      left--;
      return rows.next();
    }

    @Override
    public void close() {
      try {
        rows.close();
      } catch (Exception e) {
        throw SqlException.of(e);
      }
    }
  }
}
