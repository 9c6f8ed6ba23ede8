package io.flanstream.jdbc;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Date;
import java.sql.ParameterMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.Calendar;

/** A {@link java.sql.PreparedStatement}: a gateway is sent the statement with its literals. */
final class GatewayPreparedStatement extends GatewayStatement {
  private final SqlText sql;
  private final String[] literals;

  GatewayPreparedStatement(GatewayConnection connection, String sql) {
    super(connection);
    this.sql = SqlText.of(sql);
    this.literals = new String[this.sql.parameters()];
  }

  public boolean execute() throws SQLException {
    return execute(statement());
  }

  public ResultSet executeQuery() throws SQLException {
    return executeQuery(statement());
  }

  public int executeUpdate() throws SQLException {
    return executeUpdate(statement());
  }

  public long executeLargeUpdate() throws SQLException {
    return executeLargeUpdate(statement());
  }

  private String statement() throws SQLException {
    return sql.with(Arrays.asList(literals));
  }

  public void clearParameters() {
    Arrays.fill(literals, null);
  }

  /** Known when the statement has run. */
  public ResultSetMetaData getMetaData() throws SQLException {
    ResultSet results = getResultSet();
    return results == null ? null : results.getMetaData();
  }

  public ParameterMetaData getParameterMetaData() {
    return Delegate.of(ParameterMetaData.class, new Parameters(literals.length));
  }

  public void setNull(int parameter, int type) throws SQLException {
    put(parameter, Literal.none(type));
  }

  public void setNull(int parameter, int type, String unused) throws SQLException {
    setNull(parameter, type);
  }

  public void setObject(int parameter, Object value) throws SQLException {
    if (value instanceof Array array) {
      setArray(parameter, array);
    } else {
      put(parameter, Literal.of(value));
    }
  }

  public void setObject(int parameter, Object value, int type) throws SQLException {
    if (value == null) {
      setNull(parameter, type);
    } else {
      setObject(parameter, value);
    }
  }

  public void setObject(int parameter, Object value, int type, int unused) throws SQLException {
    setObject(parameter, value, type);
  }

  public void setString(int parameter, String value) throws SQLException {
    setObject(parameter, value);
  }

  public void setNString(int parameter, String value) throws SQLException {
    setObject(parameter, value);
  }

  public void setBoolean(int parameter, boolean value) throws SQLException {
    setObject(parameter, value);
  }

  public void setByte(int parameter, byte value) throws SQLException {
    setObject(parameter, value);
  }

  public void setShort(int parameter, short value) throws SQLException {
    setObject(parameter, value);
  }

  public void setInt(int parameter, int value) throws SQLException {
    setObject(parameter, value);
  }

  public void setLong(int parameter, long value) throws SQLException {
    setObject(parameter, value);
  }

  public void setFloat(int parameter, float value) throws SQLException {
    setObject(parameter, value);
  }

  public void setDouble(int parameter, double value) throws SQLException {
    setObject(parameter, value);
  }

  public void setBigDecimal(int parameter, BigDecimal value) throws SQLException {
    setObject(parameter, value);
  }

  public void setBytes(int parameter, byte[] value) throws SQLException {
    setObject(parameter, value);
  }

  public void setDate(int parameter, Date value) throws SQLException {
    setObject(parameter, value);
  }

  public void setDate(int parameter, Date value, Calendar unused) throws SQLException {
    setDate(parameter, value);
  }

  public void setTime(int parameter, Time value) throws SQLException {
    setObject(parameter, value);
  }

  public void setTime(int parameter, Time value, Calendar unused) throws SQLException {
    setTime(parameter, value);
  }

  public void setTimestamp(int parameter, Timestamp value) throws SQLException {
    setObject(parameter, value);
  }

  /** As a clock of the calendar's zone shows it. */
  public void setTimestamp(int parameter, Timestamp value, Calendar calendar) throws SQLException {
    setObject(
        parameter,
        value == null || calendar == null
            ? value
            : value.toInstant().atZone(calendar.getTimeZone().toZoneId()).toLocalDateTime());
  }

  public void setArray(int parameter, Array value) throws SQLException {
    put(parameter, Literal.of(value == null ? null : value.getArray()));
  }

  private void put(int parameter, String literal) throws SQLException {
    if (parameter < 1 || parameter > literals.length) {
      throw new SQLException(
          "Cannot set parameter: its number must be from 1 to %s, got %s"
              .formatted(literals.length, parameter),
          "07009");
    }
    literals[parameter - 1] = literal;
  }

  @Override
  public String toString() {
    return String.join("?", sql.parts());
  }

  /**
   * A {@link ParameterMetaData}.
   *
   * @param count how many there are
   */
  record Parameters(int count) {

    public int getParameterCount() {
      return count;
    }

    public int getParameterMode(int unused) {
      return ParameterMetaData.parameterModeIn;
    }

    public int isNullable(int unused) {
      return ParameterMetaData.parameterNullableUnknown;
    }
  }
}
