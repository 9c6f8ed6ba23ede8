package io.flanstream.jobs.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.Row;

/** SQL values as JSON: rows as objects, times in ISO 8601, bytes in base64. */
final class SqlValues {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SqlValues() {}

  static JsonNode json(LogicalType type, Object value) {
    if (value == null) {
      return JSON.nullNode();
    }
    return switch (type.getTypeRoot()) {
      case BOOLEAN -> JSON.booleanNode((Boolean) value);
      case TINYINT, SMALLINT, INTEGER, BIGINT -> JSON.numberNode(((Number) value).longValue());
      case FLOAT, DOUBLE -> JSON.numberNode(((Number) value).doubleValue());
      case DECIMAL -> JSON.numberNode((BigDecimal) value);
      case BINARY, VARBINARY -> JSON.binaryNode((byte[]) value);
      case ARRAY -> array(((ArrayType) type).getElementType(), value);
      case MAP -> map(((MapType) type).getValueType(), (Map<?, ?>) value);
      case ROW -> row((RowType) type, (Row) value);
      default -> JSON.textNode(value.toString());
    };
  }

  static boolean isNumber(LogicalType type) {
    return type.getTypeRoot().getFamilies().stream()
        .anyMatch(family -> family.name().equals("NUMERIC"));
  }

  static boolean isNested(LogicalType type) {
    LogicalTypeRoot root = type.getTypeRoot();
    return root == LogicalTypeRoot.ARRAY
        || root == LogicalTypeRoot.MAP
        || root == LogicalTypeRoot.ROW;
  }

  private static ArrayNode array(LogicalType elements, Object value) {
    ArrayNode json = JSON.arrayNode();
    if (value instanceof List<?> list) {
      list.forEach(element -> json.add(json(elements, element)));
      return json;
    }
    for (int i = 0; i < Array.getLength(value); i++) {
      json.add(json(elements, Array.get(value, i)));
    }
    return json;
  }

  private static ObjectNode map(LogicalType values, Map<?, ?> map) {
    ObjectNode json = JSON.objectNode();
    map.forEach((key, value) -> json.set(String.valueOf(key), json(values, value)));
    return json;
  }

  private static ObjectNode row(RowType type, Row row) {
    ObjectNode json = JSON.objectNode();
    for (int i = 0; i < type.getFieldCount(); i++) {
      json.set(type.getFieldNames().get(i), json(type.getTypeAt(i), row.getField(i)));
    }
    return json;
  }
}
