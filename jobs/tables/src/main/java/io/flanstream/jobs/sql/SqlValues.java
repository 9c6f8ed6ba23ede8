package io.flanstream.jobs.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.Row;

/**
 * SQL values as JSON: rows as objects, times in ISO 8601, bytes in base64. For people, bytes that
 * are text are that text, wherever they are.
 */
enum SqlValues {
  /** For programs. */
  EXACT,
  /** For people. */
  READABLE;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ObjectWriter WRITER =
      JsonMapper.builder()
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build()
          .writerFor(JsonNode.class);

  JsonNode json(LogicalType type, Object value) {
    if (value == null) {
      return JSON.nullNode();
    }
    return switch (type.getTypeRoot()) {
      case BOOLEAN -> JSON.booleanNode((Boolean) value);
      case TINYINT, SMALLINT, INTEGER, BIGINT -> JSON.numberNode(((Number) value).longValue());
      case FLOAT -> JSON.numberNode((Float) value);
      case DOUBLE -> JSON.numberNode((Double) value);
      case DECIMAL -> DecimalNode.valueOf((BigDecimal) value);
      case BINARY, VARBINARY -> bytes((byte[]) value);
      case ARRAY -> array(((ArrayType) type).getElementType(), value);
      case MAP -> map(((MapType) type).getValueType(), (Map<?, ?>) value);
      case ROW -> row((RowType) type, (Row) value);
      default -> JSON.textNode(value.toString());
    };
  }

  /** The value in a cell, as Flink's own client prints it: digits without an exponent. */
  String text(LogicalType type, Object value) {
    return switch (type.getTypeRoot()) {
      case DECIMAL -> ((BigDecimal) value).toPlainString();
      case ARRAY, MAP, ROW -> line(json(type, value));
      default -> json(type, value).asText();
    };
  }

  /** JSON on a line. */
  static String line(JsonNode json) {
    try {
      return WRITER.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static boolean isNumber(LogicalType type) {
    return type.getTypeRoot().getFamilies().stream()
        .anyMatch(family -> family.name().equals("NUMERIC"));
  }

  private JsonNode bytes(byte[] value) {
    return this == READABLE
        ? printable(value).<JsonNode>map(JSON::textNode).orElseGet(() -> JSON.binaryNode(value))
        : JSON.binaryNode(value);
  }

  /** What a person would rather read than base64. */
  private static Optional<String> printable(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.codePoints().anyMatch(SqlValues::isHidden) ? Optional.empty() : Optional.of(text);
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static boolean isHidden(int character) {
    return Character.isISOControl(character) && "\n\r\t".indexOf(character) < 0;
  }

  private ArrayNode array(LogicalType elements, Object value) {
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

  private ObjectNode map(LogicalType values, Map<?, ?> map) {
    ObjectNode json = JSON.objectNode();
    map.forEach((key, value) -> json.set(String.valueOf(key), json(values, value)));
    return json;
  }

  private ObjectNode row(RowType type, Row row) {
    ObjectNode json = JSON.objectNode();
    for (int i = 0; i < type.getFieldCount(); i++) {
      json.set(type.getFieldNames().get(i), json(type.getTypeAt(i), row.getField(i)));
    }
    return json;
  }
}
