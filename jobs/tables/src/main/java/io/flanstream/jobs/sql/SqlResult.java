package io.flanstream.jobs.sql;

import io.flanstream.jobs.client.ClusterClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ResultKind;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows of a statement, while they come. */
public final class SqlResult implements AutoCloseable {
  static final int USUAL_WIDTH = 60;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(SqlResult.class);

  private static final LogicalType STRING = DataTypes.STRING().getLogicalType();

  /** Flink's name for the one column of a plan, a statement, and {@code OK}. */
  private static final List<String> RESULT = List.of("result");

  /** What there is to show. */
  private enum Kind {
    ROWS,
    CHANGES,
    TEXT,
    JOB,
    DONE
  }

  private final List<String> names;
  private final List<LogicalType> types;
  private final CloseableIterator<Row> rows;
  private final Optional<JobClient> job;
  private final Kind kind;
  private int columnWidth = USUAL_WIDTH;
  private long left = Long.MAX_VALUE;
  private AtomicReference<JobClient> second = new AtomicReference<>();
  private volatile boolean isOver;

  private SqlResult(
      List<String> names,
      List<LogicalType> types,
      CloseableIterator<Row> rows,
      Optional<JobClient> job,
      Kind kind) {
    this.names = names;
    this.types = types;
    this.rows = rows;
    this.job = job;
    this.kind = kind;
  }

  /** What a statement answers. */
  static SqlResult rows(TableResult result) {
    List<Column> columns = result.getResolvedSchema().getColumns();
    return new SqlResult(
        columns.stream().map(Column::getName).toList(),
        columns.stream().map(column -> column.getDataType().getLogicalType()).toList(),
        result.collect(),
        result.getJobClient(),
        kind(result));
  }

  /** What a query whose rows replace others has when no more come; they are held until then. */
  static SqlResult settled(TableResult result) {
    SqlResult plain = rows(result);
    return new SqlResult(
        plain.names,
        plain.types,
        SettledRows.of(plain.rows, CloseableIterator::empty),
        plain.job,
        Kind.ROWS);
  }

  /**
   * The same, or what another query has where it has no row.
   *
   * @param again starts the other, in the thread that reads
   */
  static SqlResult settled(TableResult result, Supplier<TableResult> again) {
    SqlResult plain = rows(result);
    AtomicReference<JobClient> second = new AtomicReference<>();
    SettledRows<Row> rows =
        SettledRows.of(
            plain.rows,
            () -> {
              TableResult other = again.get();
              other.getJobClient().ifPresent(second::set);
              return other.collect();
            });
    SqlResult settled = new SqlResult(plain.names, plain.types, rows, plain.job, Kind.ROWS);
    settled.second = second;
    return settled;
  }

  private static Kind kind(TableResult result) {
    if (result.getResultKind() == ResultKind.SUCCESS) {
      return Kind.DONE;
    }
    boolean text =
        result.getJobClient().isEmpty()
            && result.getResolvedSchema().getColumnNames().equals(RESULT);
    return text ? Kind.TEXT : Kind.ROWS;
  }

  /** What a query answers in streaming mode: its rows, and in a column {@code op} what they do. */
  static SqlResult changes(TableResult result) {
    SqlResult plain = rows(result);
    return new SqlResult(
        Stream.concat(Stream.of("op"), plain.names.stream()).toList(),
        Stream.concat(Stream.of(STRING), plain.types.stream()).toList(),
        plain.rows,
        plain.job,
        Kind.CHANGES);
  }

  /** The id of a job that writes; it is there at once, or when the job has ended. */
  static SqlResult job(JobClient job, boolean wait) {
    Iterator<Row> id =
        Stream.of(job)
            .map(
                started -> {
                  if (wait) {
                    started.getJobExecutionResult().join();
                  }
                  return Row.of(started.getJobID().toHexString());
                })
            .iterator();
    return new SqlResult(
        List.of("job"),
        List.of(STRING),
        CloseableIterator.adapterForIterator(id),
        Optional.of(job),
        Kind.JOB);
  }

  /** Of a question about what there is, which Flink need not run. */
  static SqlResult texts(List<String> names, List<Row> rows) {
    return new SqlResult(
        names,
        names.stream().map(name -> STRING).toList(),
        CloseableIterator.adapterForIterator(rows.iterator()),
        Optional.empty(),
        Kind.ROWS);
  }

  /** Of a statement that has no answer. */
  static SqlResult done() {
    return new SqlResult(
        RESULT,
        List.of(STRING),
        CloseableIterator.fromList(List.of(Row.of("OK")), row -> {}),
        Optional.empty(),
        Kind.DONE);
  }

  /** How wide a column of a table may be on a terminal. */
  SqlResult withColumnWidth(int width) {
    columnWidth = width;
    return this;
  }

  /** Of a query that cannot have more rows: its job need not read on behind the last of them. */
  SqlResult withAtMost(long rows) {
    left = rows;
    return this;
  }

  int columnWidth() {
    return columnWidth;
  }

  List<String> names() {
    return names;
  }

  List<LogicalType> types() {
    return types;
  }

  /** Whether rows are to be shown one by one, as there may always be another. */
  boolean isEndless() {
    return kind == Kind.CHANGES;
  }

  /** Whether it is a text, such as a plan, rather than rows. */
  boolean isText() {
    return kind == Kind.TEXT;
  }

  /** Whether the statement has no answer but that it was done. */
  boolean isDone() {
    return kind == Kind.DONE;
  }

  /** The job that makes the rows, where there is one. */
  Optional<JobID> job() {
    return job.map(JobClient::getJobID);
  }

  /** How many records the sources of its job have read, where that is known. */
  OptionalLong recordsRead(ClusterClient cluster) {
    try {
      return job.isPresent()
          ? OptionalLong.of(cluster.recordsRead(job.get().getJobID()))
          : OptionalLong.empty();
    } catch (IOException e) {
      LOG.debug("Flink does not say how far the query is", e);
      return OptionalLong.empty();
    }
  }

  /** Whether there is one more; waits for it. */
  boolean hasNext() {
    try {
      return left > 0 && rows.hasNext();
    } catch (RuntimeException e) {
      throw SqlException.of(e);
    }
  }

  Row next() {
    Row row = rows.next();
    left--;
    if (!isEndless()) {
      return row;
    }
    Row change = Row.join(Row.of(row.getKind().shortString()), row);
    change.setKind(row.getKind());
    return change;
  }

  /** Ends the statement now; whoever waits for its rows is told. */
  CompletableFuture<Void> cancel() {
    isOver = true;
    return Optional.ofNullable(second.get())
        .or(() -> job)
        .map(JobClient::cancel)
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  /** Ends the statement if it has not ended, and waits a while until its job has. */
  @Override
  public void close() {
    isOver = true;
    try {
      rows.close();
    } catch (Exception e) {
      throw SqlException.of(e);
    }
    awaitEnd();
  }

  /**
   * Waits a while until the job of a query that was left has ended: until then it holds its slots,
   * and a cluster without others refuses the next query.
   */
  void awaitEnd() {
    if (!isOver || kind == Kind.JOB || job.isEmpty()) {
      return;
    }
    try {
      job.get().getJobExecutionResult().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | CancellationException e) {
      LOG.debug("The job of the query has ended", e);
    } catch (TimeoutException e) {
      LOG.info("The job of a query that was left goes on", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
