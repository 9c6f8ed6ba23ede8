package io.flanstream.jdbc;

import java.util.List;
import java.util.Map;

/**
 * A {@link java.sql.Struct}.
 *
 * @param type of the row
 * @param values of its fields
 * @param text the row as JSON
 */
record SqlStruct(SqlType type, List<Object> values, String text) {

  public String getSQLTypeName() {
    return type.sql();
  }

  public Object[] getAttributes() {
    return values.stream().map(Conversion::standard).toArray();
  }

  public Object[] getAttributes(Map<String, Class<?>> unused) {
    return getAttributes();
  }

  @Override
  public String toString() {
    return text;
  }
}
