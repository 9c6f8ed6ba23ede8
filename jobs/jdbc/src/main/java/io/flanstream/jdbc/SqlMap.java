package io.flanstream.jdbc;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/** A {@code MAP}, whose text is JSON as that of an array or a row is. */
final class SqlMap extends AbstractMap<String, Object> {
  private final Map<String, Object> values;
  private final String json;

  SqlMap(Map<String, Object> values, String json) {
    this.values = values;
    this.json = json;
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    return Collections.unmodifiableMap(values).entrySet();
  }

  @Override
  public String toString() {
    return json;
  }
}
