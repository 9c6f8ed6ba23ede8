package io.flanstream.jdbc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A {@link Connection}: a session of the gateway, which it keeps alive. A catalog of JDBC is one of
 * Flink, a schema a database. There are no transactions: a commit and a rollback do nothing.
 */
final class GatewayConnection {
  private static final Duration HEARTBEAT = Duration.ofMinutes(1);

  private final String url;
  private final GatewayClient client;
  private final ScheduledExecutorService heartbeats =
      Executors.newSingleThreadScheduledExecutor(GatewayConnection::thread);
  private Connection self;
  private volatile boolean closed;

  private GatewayConnection(String url, GatewayClient client) {
    this.url = url;
    this.client = client;
  }

  static Connection open(String url, GatewayUrl gateway, Properties options, Login login)
      throws SQLException {
    GatewayConnection connection =
        new GatewayConnection(url, GatewayClient.open(gateway.address(), options, login));
    connection.self = Delegate.of(Connection.class, connection);
    var unused =
        connection.heartbeats.scheduleWithFixedDelay(
            connection::beat, HEARTBEAT.toMillis(), HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
    try {
      if (gateway.catalog().isPresent()) {
        connection.setCatalog(gateway.catalog().get());
      }
      if (gateway.database().isPresent()) {
        connection.setSchema(gateway.database().get());
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection.self;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "flanstream-jdbc-heartbeat");
    thread.setDaemon(true);
    return thread;
  }

  private void beat() {
    try {
      client.heartbeat();
    } catch (SQLException e) {
      // The next statement says so.
    }
  }

  GatewayOperation start(String statement, Duration timeout) throws SQLException {
    if (closed) {
      throw new SQLException(
          "Cannot run statement: the connection must be open, got a closed one", "08003");
    }
    return GatewayOperation.start(client, client.execute(SqlText.bare(statement)), timeout);
  }

  /** All rows of a statement. */
  List<Object[]> rows(String statement) throws SQLException {
    GatewayOperation operation = start(statement, Duration.ZERO);
    List<Object[]> rows = new ArrayList<>();
    for (Object[] row = operation.next(); row != null; row = operation.next()) {
      rows.add(row);
    }
    operation.close();
    return rows;
  }

  Connection self() {
    return self;
  }

  String url() {
    return url;
  }

  String version() throws SQLException {
    return client.version();
  }

  public Statement createStatement() {
    GatewayStatement statement = new GatewayStatement(this);
    return statement.as(Statement.class);
  }

  public Statement createStatement(int type, int concurrency) throws SQLException {
    checkForward(type, concurrency);
    return createStatement();
  }

  public Statement createStatement(int type, int concurrency, int unused) throws SQLException {
    return createStatement(type, concurrency);
  }

  public PreparedStatement prepareStatement(String sql) {
    return new GatewayPreparedStatement(this, sql).as(PreparedStatement.class);
  }

  public PreparedStatement prepareStatement(String sql, int unused) {
    return prepareStatement(sql);
  }

  public PreparedStatement prepareStatement(String sql, int type, int concurrency)
      throws SQLException {
    checkForward(type, concurrency);
    return prepareStatement(sql);
  }

  public PreparedStatement prepareStatement(String sql, int type, int concurrency, int unused)
      throws SQLException {
    return prepareStatement(sql, type, concurrency);
  }

  private static void checkForward(int type, int concurrency) throws SQLException {
    if (type == ResultSet.TYPE_SCROLL_SENSITIVE || concurrency != ResultSet.CONCUR_READ_ONLY) {
      throw new SQLException(
          "Cannot create statement: its results must be forward only and read only", "0A000");
    }
  }

  public String nativeSQL(String sql) {
    return sql;
  }

  public DatabaseMetaData getMetaData() {
    return Delegate.of(DatabaseMetaData.class, new GatewayMetaData(this));
  }

  public String getCatalog() throws SQLException {
    return (String) rows("SHOW CURRENT CATALOG").get(0)[0];
  }

  public void setCatalog(String catalog) throws SQLException {
    rows("USE CATALOG " + GatewayMetaData.quoted(catalog));
  }

  public String getSchema() throws SQLException {
    return (String) rows("SHOW CURRENT DATABASE").get(0)[0];
  }

  public void setSchema(String schema) throws SQLException {
    rows("USE " + GatewayMetaData.quoted(schema));
  }

  public boolean isValid(int unused) {
    try {
      if (!closed) {
        client.heartbeat();
      }
      return !closed;
    } catch (SQLException e) {
      return false;
    }
  }

  public void close() throws SQLException {
    if (!closed) {
      closed = true;
      heartbeats.shutdownNow();
      client.close();
    }
  }

  public void abort(Executor executor) {
    executor.execute(
        () -> {
          try {
            close();
          } catch (SQLException e) {
            // Whoever aborts does not wait for an answer.
          }
        });
  }

  public boolean isClosed() {
    return closed;
  }

  public Array createArrayOf(String type, Object[] elements) {
    return Delegate.of(
        Array.class,
        new SqlArray(
            SqlType.declared(type, true), Arrays.asList(elements), Arrays.toString(elements)));
  }

  public boolean getAutoCommit() {
    return true;
  }

  public void setAutoCommit(boolean unused) {}

  public void commit() {}

  public void rollback() {}

  public boolean isReadOnly() {
    return false;
  }

  public void setReadOnly(boolean unused) {}

  public int getTransactionIsolation() {
    return Connection.TRANSACTION_NONE;
  }

  public void setTransactionIsolation(int unused) {}

  public int getHoldability() {
    return ResultSet.CLOSE_CURSORS_AT_COMMIT;
  }

  public void setHoldability(int unused) {}

  public SQLWarning getWarnings() {
    return null;
  }

  public void clearWarnings() {}

  public Map<String, Class<?>> getTypeMap() {
    return Map.of();
  }

  public Properties getClientInfo() {
    return new Properties();
  }

  public String getClientInfo(String unused) {
    return null;
  }

  public void setClientInfo(String unused, String unusedValue) {}

  public void setClientInfo(Properties unused) {}

  public int getNetworkTimeout() {
    return 0;
  }

  public void setNetworkTimeout(Executor unused, int unusedMillis) {}

  @Override
  public String toString() {
    return url;
  }
}
