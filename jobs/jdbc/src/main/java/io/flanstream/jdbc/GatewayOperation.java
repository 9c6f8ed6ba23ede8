package io.flanstream.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A statement that a gateway runs, and its rows while they come. */
final class GatewayOperation implements RowSource {
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);
  private static final String ZONE = "table.local-time-zone";

  private final GatewayClient client;
  private final String path;
  private final Duration timeout;
  private final long begun = System.nanoTime();
  private List<ResultColumns.Column> columns = List.of();
  private ZoneId zone = ZoneId.of("UTC");
  private volatile boolean hasRows;
  private String nextPath;
  private Iterator<JsonNode> rows = List.<JsonNode>of().iterator();
  private volatile boolean cancelled;
  private volatile boolean closed;

  private GatewayOperation(GatewayClient client, String path, Duration timeout) {
    this.client = client;
    this.path = path;
    this.timeout = timeout;
  }

  /**
   * Begins a statement, and waits until its columns are known.
   *
   * @param timeout how long it may take until all its rows are there; zero for any time
   */
  static GatewayOperation start(GatewayClient client, String path, Duration timeout)
      throws SQLException {
    GatewayOperation operation = new GatewayOperation(client, path, timeout);
    try {
      operation.begin();
    } catch (SQLException e) {
      operation.abandon(e);
      throw e;
    }
    return operation;
  }

  private void begin() throws SQLException {
    JsonNode first = ready(client.results(path), path + "/result/0?rowFormat=JSON");
    List<ResultColumns.Column> named = new ArrayList<>();
    for (JsonNode column : first.path("results").path("columns")) {
      named.add(
          new ResultColumns.Column(
              column.path("name").asText(), SqlType.of(column.path("logicalType"))));
    }
    columns = List.copyOf(named);
    boolean job = columns.size() == 1 && columns.get(0).name().equals("job id");
    hasRows = first.path("resultKind").asText().equals("SUCCESS_WITH_CONTENT") && !job;
    if (columns.stream().anyMatch(column -> column.type().sql().contains("TIMESTAMP_LTZ"))) {
      String name = client.options().getOrDefault(ZONE, "default");
      zone = name.equals("default") ? ZoneId.systemDefault() : ZoneId.of(name);
    }
    take(first);
  }

  /** Whether it has rows, rather than having been done. */
  boolean hasRows() {
    return hasRows;
  }

  List<ResultColumns.Column> columns() {
    return columns;
  }

  @Override
  public Object[] next() throws SQLException {
    try {
      Duration pause = SHORTEST_PAUSE;
      while (!rows.hasNext() && nextPath != null && !closed) {
        take(ready(client.next(nextPath), nextPath));
        if (!rows.hasNext() && nextPath != null) {
          pause = pause(pause);
        }
      }
    } catch (SQLException e) {
      throw cancelled ? cancellation(e) : e;
    }
    if (cancelled) {
      throw cancellation(null);
    }
    return rows.hasNext() && !closed ? values(rows.next()) : null;
  }

  private static SQLException cancellation(SQLException cause) {
    return new SQLException("Cannot read rows: the statement was cancelled", "57014", cause);
  }

  private Object[] values(JsonNode row) throws SQLException {
    if (!row.path("kind").asText().equals("INSERT")) {
      close();
      throw new SQLException(
          "Cannot read rows: a result's rows must stay, got one that a later row replaces; ask in"
              + " batch mode: SET 'execution.runtime-mode' = 'batch'",
          "0A000");
    }
    Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = SqlValue.of(columns.get(i).type(), row.path("fields").path(i), zone);
    }
    return values;
  }

  private JsonNode ready(JsonNode answer, String at) throws SQLException {
    JsonNode result = answer;
    Duration pause = SHORTEST_PAUSE;
    while (result.path("resultType").asText().equals("NOT_READY")) {
      pause = pause(pause);
      result = client.next(at);
    }
    return result;
  }

  private Duration pause(Duration pause) throws SQLException {
    if (!timeout.isZero() && System.nanoTime() - begun > timeout.toNanos()) {
      close();
      throw new SQLTimeoutException(
          "Cannot run statement: it must end within %s s, and has not"
              .formatted(timeout.toSeconds()),
          "57014");
    }
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new SQLException("Cannot wait for rows: the thread was interrupted", e);
    }
    Duration longer = pause.multipliedBy(2);
    return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
  }

  private void take(JsonNode answer) {
    rows = answer.path("results").path("data").iterator();
    nextPath =
        answer.path("nextResultUri").isTextual() ? answer.path("nextResultUri").asText() : null;
  }

  /** Ends it, from any thread; whoever waits for its rows is told. */
  void cancel() throws SQLException {
    cancelled = true;
    if (hasRows) {
      // To a gateway a query is done when it is sent to Flink; closing it ends its job.
      close();
    } else {
      client.cancel(path);
    }
  }

  @Override
  public void close() throws SQLException {
    if (!closed) {
      closed = true;
      client.closeOperation(path);
    }
  }

  private void abandon(SQLException failure) {
    try {
      closed = true;
      client.closeOperation(path);
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }
}
