package io.flanstream.operators.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.TemporalAccessor;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;

/**
 * Values of Avro as a reader expects them: numbers without exponents, times in ISO 8601, UUIDs with
 * dashes, bytes in base64; and records of them as JSON.
 */
final class AvroJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ObjectWriter WRITER =
      JsonMapper.builder()
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build()
          .writerFor(JsonNode.class);
  private static final String NANOS = "timestamp-nanos";
  private static final long NANOS_A_SECOND = 1_000_000_000L;
  private static final int UUID_BYTES = 16;

  private AvroJson() {}

  /** What a value of a schema is, where Avro's library knows no such logical type. */
  static Object logical(Schema schema, Object value) {
    Schema of = schema == null ? null : GenericDataType.of(schema, value);
    String logicalType = of == null ? null : of.getProp(LogicalType.LOGICAL_TYPE_PROP);
    if (NANOS.equals(logicalType) && value instanceof Long nanos) {
      return Instant.ofEpochSecond(
          Math.floorDiv(nanos, NANOS_A_SECOND), Math.floorMod(nanos, NANOS_A_SECOND));
    }
    if (LogicalTypes.uuid().getName().equals(logicalType)
        && value instanceof GenericFixed fixed
        && fixed.bytes().length == UUID_BYTES) {
      ByteBuffer bytes = ByteBuffer.wrap(fixed.bytes());
      return new UUID(bytes.getLong(), bytes.getLong());
    }
    return value;
  }

  /** A record, an array, a map or bytes as JSON. */
  static String text(Schema schema, Object value) {
    try {
      return WRITER.writeValueAsString(json(schema, value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write Avro as JSON: " + e.getMessage(), e);
    }
  }

  private static JsonNode json(Schema schema, Object raw) {
    Object value = logical(schema, raw);
    if (value == null) {
      return JSON.nullNode();
    }
    if (value instanceof IndexedRecord record) {
      ObjectNode object = JSON.objectNode();
      for (Schema.Field field : record.getSchema().getFields()) {
        object.set(field.name(), json(field.schema(), record.get(field.pos())));
      }
      return object;
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = JSON.objectNode();
      Schema of = GenericDataType.of(schema, value);
      map.forEach(
          (key, item) ->
              object.set(key.toString(), json(of == null ? null : of.getValueType(), item)));
      return object;
    }
    if (value instanceof Collection<?> items) {
      ArrayNode array = JSON.arrayNode();
      Schema of = GenericDataType.of(schema, value);
      items.forEach(item -> array.add(json(of == null ? null : of.getElementType(), item)));
      return array;
    }
    return scalar(value);
  }

  private static JsonNode scalar(Object value) {
    if (value instanceof Boolean bool) {
      return JSON.booleanNode(bool);
    }
    if (value instanceof Integer || value instanceof Long) {
      return JSON.numberNode(((Number) value).longValue());
    }
    if (value instanceof BigDecimal decimal) {
      return DecimalNode.valueOf(decimal);
    }
    if (value instanceof Double number && Double.isFinite(number)) {
      return JSON.numberNode(number);
    }
    if (value instanceof Float number && Float.isFinite(number)) {
      return JSON.numberNode(number);
    }
    if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return JSON.binaryNode(bytes);
    }
    return value instanceof GenericFixed fixed
        ? JSON.binaryNode(fixed.bytes())
        : JSON.textNode(value.toString());
  }

  /** Whether a value is written as text. */
  static boolean isText(Object value) {
    return value instanceof CharSequence
        || value instanceof GenericData.EnumSymbol
        || value instanceof UUID
        || (value instanceof TemporalAccessor && !(value instanceof Instant));
  }
}
