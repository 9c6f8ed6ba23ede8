package io.flanstream.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;

/** A {@link Statement}, which has one result at a time. */
class GatewayStatement {
  private final GatewayConnection connection;
  private Statement self;
  private volatile GatewayOperation operation;
  private ResultSet results;
  private long updated = -1;
  private long maxRows;
  private Duration timeout = Duration.ZERO;
  private int fetchSize;
  private boolean closed;
  private boolean closesOnCompletion;

  GatewayStatement(GatewayConnection connection) {
    this.connection = connection;
  }

  final <T extends Statement> T as(Class<T> type) {
    T statement = Delegate.of(type, this);
    self = statement;
    return statement;
  }

  public boolean execute(String sql) throws SQLException {
    if (closed) {
      throw new SQLException("Cannot run statement: it must be open, got a closed one", "24000");
    }
    clear();
    GatewayOperation started = connection.start(sql, timeout);
    operation = started;
    if (started.hasRows()) {
      results = ResultRows.of(started.columns(), started, self, maxRows);
      return true;
    }
    while (started.next() != null) {
      // A statement that writes is done when its job is.
    }
    started.close();
    updated = 0;
    return false;
  }

  public boolean execute(String sql, int unused) throws SQLException {
    return execute(sql);
  }

  public ResultSet executeQuery(String sql) throws SQLException {
    if (!execute(sql)) {
      throw new SQLException(
          "Cannot run query: it must have rows, got a statement without", "02000");
    }
    return results;
  }

  public int executeUpdate(String sql) throws SQLException {
    return (int) executeLargeUpdate(sql);
  }

  public long executeLargeUpdate(String sql) throws SQLException {
    if (execute(sql)) {
      clear();
      throw new SQLException("Cannot run statement: it must have no rows, got a query", "0100E");
    }
    return updated;
  }

  public ResultSet getResultSet() {
    return results;
  }

  public int getUpdateCount() {
    return (int) updated;
  }

  public long getLargeUpdateCount() {
    return updated;
  }

  /** There is never more than one. */
  public boolean getMoreResults() throws SQLException {
    clear();
    return false;
  }

  public boolean getMoreResults(int unused) throws SQLException {
    return getMoreResults();
  }

  private void clear() throws SQLException {
    updated = -1;
    ResultSet open = results;
    results = null;
    operation = null;
    if (open != null) {
      open.close();
    }
  }

  /** From any thread. */
  public void cancel() throws SQLException {
    GatewayOperation running = operation;
    if (running != null) {
      running.cancel();
    }
  }

  public void close() throws SQLException {
    if (!closed) {
      closed = true;
      clear();
    }
  }

  public boolean isClosed() {
    return closed;
  }

  public void closeOnCompletion() {
    closesOnCompletion = true;
  }

  public boolean isCloseOnCompletion() {
    return closesOnCompletion;
  }

  public Connection getConnection() {
    return connection.self();
  }

  public int getMaxRows() {
    return (int) Math.min(maxRows, Integer.MAX_VALUE);
  }

  public void setMaxRows(int max) throws SQLException {
    setLargeMaxRows(max);
  }

  public long getLargeMaxRows() {
    return maxRows;
  }

  public void setLargeMaxRows(long max) throws SQLException {
    if (max < 0) {
      throw new SQLException(
          "Cannot set maximum of rows: it must be 0 or more, got " + max, "22003");
    }
    maxRows = max;
  }

  public int getQueryTimeout() {
    return (int) timeout.toSeconds();
  }

  public void setQueryTimeout(int seconds) throws SQLException {
    if (seconds < 0) {
      throw new SQLException("Cannot set timeout: it must be 0 s or more, got " + seconds, "22003");
    }
    timeout = Duration.ofSeconds(seconds);
  }

  public int getFetchSize() {
    return fetchSize;
  }

  /** A gateway decides itself how many rows it sends at once. */
  public void setFetchSize(int size) {
    fetchSize = size;
  }

  public int getFetchDirection() {
    return ResultSet.FETCH_FORWARD;
  }

  public void setFetchDirection(int unused) {}

  public int getResultSetType() {
    return ResultSet.TYPE_FORWARD_ONLY;
  }

  public int getResultSetConcurrency() {
    return ResultSet.CONCUR_READ_ONLY;
  }

  public int getResultSetHoldability() {
    return ResultSet.CLOSE_CURSORS_AT_COMMIT;
  }

  public int getMaxFieldSize() {
    return 0;
  }

  public void setMaxFieldSize(int unused) {}

  public void setEscapeProcessing(boolean unused) {}

  public boolean isPoolable() {
    return false;
  }

  public void setPoolable(boolean unused) {}

  public SQLWarning getWarnings() {
    return null;
  }

  public void clearWarnings() {}
}
