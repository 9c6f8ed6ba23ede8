package io.flanstream.jdbc;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * An {@link Array}.
 *
 * @param type of its elements
 * @param values its elements
 * @param text the array as JSON
 */
record SqlArray(SqlType type, List<Object> values, String text) {

  public Object getArray() {
    return values.stream().map(Conversion::standard).toArray();
  }

  public Object getArray(Map<String, Class<?>> unused) {
    return getArray();
  }

  public Object getArray(long index, int count) {
    int from = (int) index - 1;
    return Arrays.copyOfRange((Object[]) getArray(), from, Math.min(from + count, values.size()));
  }

  public int getBaseType() {
    return type.jdbcType();
  }

  public String getBaseTypeName() {
    return type.sql();
  }

  /** A row for each element: its number and the element. */
  public ResultSet getResultSet() throws SQLException {
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      rows.add(new Object[] {i + 1, values.get(i)});
    }
    return ResultRows.of(
        List.of(
            new ResultColumns.Column("INDEX", SqlType.INT),
            new ResultColumns.Column("VALUE", type)),
        rows);
  }

  public void free() {}

  @Override
  public String toString() {
    return text;
  }
}
