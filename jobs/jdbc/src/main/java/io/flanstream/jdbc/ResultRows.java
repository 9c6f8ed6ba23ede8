package io.flanstream.jdbc;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** A {@link ResultSet}: forward only, read only. */
final class ResultRows {
  private final ResultColumns columns;
  private final RowSource source;
  private final Statement statement;
  private final long max;
  private Object[] row;
  private Object[] ahead;
  private long number;
  private boolean ended;
  private boolean wasNull;
  private boolean closed;

  private ResultRows(ResultColumns columns, RowSource source, Statement statement, long max) {
    this.columns = columns;
    this.source = source;
    this.statement = statement;
    this.max = max;
  }

  /**
   * The rows of a statement.
   *
   * @param max how many there are at most; 0 for all
   */
  static ResultSet of(
      List<ResultColumns.Column> columns, RowSource source, Statement statement, long max) {
    return Delegate.of(
        ResultSet.class, new ResultRows(new ResultColumns(columns), source, statement, max));
  }

  /** Rows that are there. */
  static ResultSet of(List<ResultColumns.Column> columns, List<Object[]> rows) {
    Iterator<Object[]> all = rows.iterator();
    RowSource source =
        new RowSource() {
          @Override
          public Object[] next() {
            return all.hasNext() ? all.next() : null;
          }

          @Override
          public void close() {}
        };
    return of(columns, source, null, 0);
  }

  public boolean next() throws SQLException {
    open();
    row = ahead == null ? fetch() : ahead;
    ahead = null;
    ended = row == null;
    number += ended ? 0 : 1;
    return !ended;
  }

  private Object[] fetch() throws SQLException {
    if (ended) {
      return null;
    }
    if (max > 0 && number >= max) {
      source.close();
      return null;
    }
    return source.next();
  }

  public boolean isBeforeFirst() throws SQLException {
    return number == 0 && !ended && hasMore();
  }

  public boolean isFirst() {
    return number == 1 && row != null;
  }

  public boolean isLast() throws SQLException {
    return row != null && !hasMore();
  }

  public boolean isAfterLast() {
    return ended && number > 0;
  }

  private boolean hasMore() throws SQLException {
    if (ahead == null) {
      ahead = fetch();
    }
    return ahead != null;
  }

  public int getRow() {
    return row == null ? 0 : (int) number;
  }

  public void close() throws SQLException {
    if (!closed) {
      closed = true;
      source.close();
    }
  }

  public boolean isClosed() {
    return closed;
  }

  public boolean wasNull() {
    return wasNull;
  }

  public ResultSetMetaData getMetaData() {
    return Delegate.of(ResultSetMetaData.class, columns);
  }

  public int findColumn(String label) throws SQLException {
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      if (columns.at(i).name().equals(label)) {
        return i;
      }
    }
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      if (columns.at(i).name().equalsIgnoreCase(label)) {
        return i;
      }
    }
    throw new SQLException(
        "Cannot read column: its name must be one of %s, got %s"
            .formatted(columns.columns().stream().map(ResultColumns.Column::name).toList(), label),
        "42S22");
  }

  public Object getObject(int column) throws SQLException {
    return Conversion.standard(value(column));
  }

  public Object getObject(int column, Map<String, Class<?>> unused) throws SQLException {
    return getObject(column);
  }

  public <T> T getObject(int column, Class<T> type) throws SQLException {
    return Conversion.to(value(column), type);
  }

  public String getString(int column) throws SQLException {
    return getObject(column, String.class);
  }

  public String getNString(int column) throws SQLException {
    return getString(column);
  }

  public boolean getBoolean(int column) throws SQLException {
    return or(getObject(column, Boolean.class), false);
  }

  public byte getByte(int column) throws SQLException {
    return or(getObject(column, Byte.class), (byte) 0);
  }

  public short getShort(int column) throws SQLException {
    return or(getObject(column, Short.class), (short) 0);
  }

  public int getInt(int column) throws SQLException {
    return or(getObject(column, Integer.class), 0);
  }

  public long getLong(int column) throws SQLException {
    return or(getObject(column, Long.class), 0L);
  }

  public float getFloat(int column) throws SQLException {
    return or(getObject(column, Float.class), 0f);
  }

  public double getDouble(int column) throws SQLException {
    return or(getObject(column, Double.class), 0d);
  }

  public BigDecimal getBigDecimal(int column) throws SQLException {
    return getObject(column, BigDecimal.class);
  }

  public byte[] getBytes(int column) throws SQLException {
    return getObject(column, byte[].class);
  }

  public Date getDate(int column) throws SQLException {
    return getObject(column, Date.class);
  }

  public Date getDate(int column, Calendar unused) throws SQLException {
    return getDate(column);
  }

  public Time getTime(int column) throws SQLException {
    return getObject(column, Time.class);
  }

  public Time getTime(int column, Calendar unused) throws SQLException {
    return getTime(column);
  }

  public Timestamp getTimestamp(int column) throws SQLException {
    return getObject(column, Timestamp.class);
  }

  /** A time without a zone is taken as a clock of the calendar's zone shows it. */
  public Timestamp getTimestamp(int column, Calendar calendar) throws SQLException {
    Object value = value(column);
    if (value instanceof java.time.LocalDateTime local && calendar != null) {
      return Timestamp.from(local.atZone(calendar.getTimeZone().toZoneId()).toInstant());
    }
    return Conversion.to(value, Timestamp.class);
  }

  public Array getArray(int column) throws SQLException {
    return getObject(column, Array.class);
  }

  public Reader getCharacterStream(int column) throws SQLException {
    String text = getString(column);
    return text == null ? null : new StringReader(text);
  }

  public InputStream getBinaryStream(int column) throws SQLException {
    byte[] bytes = getBytes(column);
    return bytes == null ? null : new ByteArrayInputStream(bytes);
  }

  public Statement getStatement() {
    return statement;
  }

  public SQLWarning getWarnings() {
    return null;
  }

  public void clearWarnings() {}

  public int getType() {
    return ResultSet.TYPE_FORWARD_ONLY;
  }

  public int getConcurrency() {
    return ResultSet.CONCUR_READ_ONLY;
  }

  public int getHoldability() {
    return ResultSet.CLOSE_CURSORS_AT_COMMIT;
  }

  public int getFetchDirection() {
    return ResultSet.FETCH_FORWARD;
  }

  public void setFetchDirection(int unused) {}

  public int getFetchSize() {
    return 0;
  }

  public void setFetchSize(int unused) {}

  private static <T> T or(T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  private Object value(int column) throws SQLException {
    open();
    columns.at(column);
    if (row == null) {
      throw new SQLException("Cannot read column: the result must be at a row, got none", "24000");
    }
    Object value = row[column - 1];
    wasNull = value == null;
    return value;
  }

  private void open() throws SQLException {
    if (closed) {
      throw new SQLException("Cannot read result: it must be open, got a closed one", "24000");
    }
  }
}
