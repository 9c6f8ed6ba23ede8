package io.flanstream.jdbc;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;

/**
 * The {@link ResultSetMetaData} of a query.
 *
 * @param columns its columns
 */
record ResultColumns(List<Column> columns) {

  /**
   * A column.
   *
   * @param name its name
   * @param type its type
   */
  record Column(String name, SqlType type) {}

  private static final int LONGEST = 40;

  public int getColumnCount() {
    return columns.size();
  }

  public String getColumnName(int column) throws SQLException {
    return at(column).name();
  }

  public String getColumnLabel(int column) throws SQLException {
    return at(column).name();
  }

  public int getColumnType(int column) throws SQLException {
    return at(column).type().jdbcType();
  }

  public String getColumnTypeName(int column) throws SQLException {
    return at(column).type().sql();
  }

  public String getColumnClassName(int column) throws SQLException {
    return at(column).type().javaClass().getName();
  }

  public int getColumnDisplaySize(int column) throws SQLException {
    int precision = at(column).type().precision();
    return precision > 0 && precision < LONGEST ? precision + 2 : LONGEST;
  }

  public int getPrecision(int column) throws SQLException {
    return at(column).type().precision();
  }

  public int getScale(int column) throws SQLException {
    return at(column).type().scale();
  }

  public int isNullable(int column) throws SQLException {
    return at(column).type().nullable()
        ? ResultSetMetaData.columnNullable
        : ResultSetMetaData.columnNoNulls;
  }

  public boolean isSigned(int column) throws SQLException {
    return at(column).type().isNumber();
  }

  public boolean isCaseSensitive(int unused) {
    return true;
  }

  public boolean isSearchable(int unused) {
    return true;
  }

  public boolean isReadOnly(int unused) {
    return true;
  }

  public boolean isAutoIncrement(int unused) {
    return false;
  }

  public boolean isCurrency(int unused) {
    return false;
  }

  public boolean isWritable(int unused) {
    return false;
  }

  public boolean isDefinitelyWritable(int unused) {
    return false;
  }

  /** A query's columns may be of several tables, and a gateway does not say of which. */
  public String getTableName(int unused) {
    return "";
  }

  public String getSchemaName(int unused) {
    return "";
  }

  public String getCatalogName(int unused) {
    return "";
  }

  Column at(int column) throws SQLException {
    if (column < 1 || column > columns.size()) {
      throw new SQLException(
          "Cannot read column: its number must be from 1 to %s, got %s"
              .formatted(columns.size(), column),
          "42S22");
    }
    return columns.get(column - 1);
  }
}
