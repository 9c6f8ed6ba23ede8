package io.flanstream.operators.serialize;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.flanstream.schemas.EnrichedEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.temporal.Temporal;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;

/**
 * Our records as plain JSON: every field in the schema's order, explicit nulls, no union wrappers,
 * bytes in base64, times in ISO 8601, the keys of a map in order. Thread-safe.
 */
public final class PlainJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  private PlainJson() {}

  /**
   * Writes a record on one line; an enriched event without generations has no field for them.
   *
   * @param record a record
   * @return its JSON
   * @throws AvroRuntimeException if it is not of its schema, or has a number that JSON has not
   */
  public static String text(SpecificRecord record) {
    try {
      return new String(
          bytes(record instanceof EnrichedEvent event ? EnrichedForms.of(event) : record),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AvroRuntimeException("Cannot write record as JSON: " + e.getMessage(), e);
    }
  }

  static byte[] bytes(IndexedRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      write(json, record);
    }
    return out.toByteArray();
  }

  /** Writes an object on one line, its members in their order. */
  static byte[] bytes(Map<String, Object> members) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      for (Map.Entry<String, Object> member : members.entrySet()) {
        json.writeFieldName(member.getKey());
        writeValue(json, member.getValue());
      }
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, IndexedRecord record) throws IOException {
    json.writeStartObject();
    for (Schema.Field field : record.getSchema().getFields()) {
      Object value = record.get(field.pos());
      if (value == null && !field.schema().isNullable()) {
        throw new AvroRuntimeException(
            "Cannot write record as JSON: field %s must not be null".formatted(field.name()));
      }
      json.writeFieldName(field.name());
      writeValue(json, value);
    }
    json.writeEndObject();
  }

  private static void writeValue(JsonGenerator json, Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof IndexedRecord record) {
      write(json, record);
    } else if (value instanceof Collection<?> items) {
      json.writeStartArray();
      for (Object item : items) {
        writeValue(json, item);
      }
      json.writeEndArray();
    } else if (value instanceof Map<?, ?> map) {
      writeMap(json, map);
    } else if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      json.writeBinary(bytes);
    } else {
      writeScalar(json, value);
    }
  }

  private static void writeMap(JsonGenerator json, Map<?, ?> map) throws IOException {
    Map<String, Object> sorted = new TreeMap<>();
    map.forEach((key, value) -> sorted.put(key.toString(), value));
    json.writeStartObject();
    for (Map.Entry<String, Object> entry : sorted.entrySet()) {
      json.writeFieldName(entry.getKey());
      writeValue(json, entry.getValue());
    }
    json.writeEndObject();
  }

  private static void writeScalar(JsonGenerator json, Object value) throws IOException {
    if (value instanceof CharSequence || value instanceof Temporal) {
      json.writeString(value.toString());
    } else if (value instanceof Boolean bool) {
      json.writeBoolean(bool);
    } else if (value instanceof Integer || value instanceof Long) {
      json.writeNumber(((Number) value).longValue());
    } else if (value instanceof BigDecimal decimal) {
      BigDecimal plain = decimal.signum() == 0 ? BigDecimal.ZERO : decimal.stripTrailingZeros();
      json.writeNumber(plain.toPlainString());
    } else if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      json.writeNumber(number.doubleValue());
    } else {
      throw new AvroRuntimeException("Cannot write record as JSON: it has no form for " + value);
    }
  }
}
