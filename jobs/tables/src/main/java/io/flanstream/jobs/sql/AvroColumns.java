package io.flanstream.jobs.sql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;

/** Values of Avro's logical types in the units and scales of a table's columns. */
final class AvroColumns {

  private AvroColumns() {}

  /**
   * Converts a record in place.
   *
   * @param record a record whose fields are those of the schema, in order
   * @param schema schema of the table's columns
   * @throws ArithmeticException if a column cannot hold a value
   */
  static void convert(IndexedRecord record, Schema schema) {
    for (Schema.Field field : schema.getFields()) {
      record.put(field.pos(), value(field.name(), record.get(field.pos()), field.schema()));
    }
  }

  private static Object value(String column, Object value, Schema type) {
    Schema schema = type.isUnion() ? present(type) : type;
    if (value == null || schema == null) {
      return value;
    }
    return switch (schema.getType()) {
      case RECORD -> {
        if (value instanceof IndexedRecord record) {
          convert(record, schema);
        }
        yield value;
      }
      case ARRAY ->
          value instanceof List<?> list
              ? list.stream()
                  .map(item -> value(column, item, schema.getElementType()))
                  .collect(Collectors.toCollection(ArrayList::new))
              : value;
      case MAP -> {
        if (value instanceof Map<?, ?> map) {
          Map<Object, Object> converted = new LinkedHashMap<>();
          map.forEach(
              (key, item) -> converted.put(key, value(column, item, schema.getValueType())));
          yield converted;
        }
        yield value;
      }
      default -> scalar(column, value, schema);
    };
  }

  private static Schema present(Schema union) {
    List<Schema> branches =
        union.getTypes().stream().filter(branch -> branch.getType() != Schema.Type.NULL).toList();
    return branches.size() == 1 ? branches.get(0) : null;
  }

  private static Object scalar(String column, Object value, Schema schema) {
    if (value instanceof BigDecimal decimal) {
      return decimal(column, decimal, schema);
    }
    if (schema.getType() == Schema.Type.STRING) {
      return value instanceof CharSequence ? value : value.toString();
    }
    if (value instanceof LocalDate date) {
      return (int) date.toEpochDay();
    }
    if (value instanceof LocalTime time) {
      return time.get(ChronoField.MILLI_OF_DAY);
    }
    if (value instanceof LocalDateTime local) {
      return local.toInstant(ZoneOffset.UTC).toEpochMilli();
    }
    return value instanceof Instant instant ? (Object) instant.toEpochMilli() : value;
  }

  private static Object decimal(String column, BigDecimal decimal, Schema schema) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal type) {
      BigDecimal scaled = scaled(decimal, type.getScale());
      if (scaled == null || scaled.precision() > type.getPrecision()) {
        throw new ArithmeticException(
            "column %s must hold %s, got DECIMAL(%s, %s)"
                .formatted(column, decimal.toPlainString(), type.getPrecision(), type.getScale()));
      }
      byte[] bytes = scaled.unscaledValue().toByteArray();
      return schema.getType() == Schema.Type.FIXED
          ? new GenericData.Fixed(schema, padded(bytes, schema.getFixedSize()))
          : ByteBuffer.wrap(bytes);
    }
    return switch (schema.getType()) {
      case STRING -> decimal.toPlainString();
      case DOUBLE -> decimal.doubleValue();
      case FLOAT -> decimal.floatValue();
      case INT -> whole(column, decimal, "INT").intValueExact();
      case LONG -> whole(column, decimal, "BIGINT").longValueExact();
      default -> ByteBuffer.wrap(decimal.unscaledValue().toByteArray());
    };
  }

  /** Null where digits would be lost. */
  private static BigDecimal scaled(BigDecimal decimal, int scale) {
    BigDecimal plain = decimal.signum() == 0 ? BigDecimal.ZERO : decimal.stripTrailingZeros();
    return plain.scale() > scale ? null : plain.setScale(scale);
  }

  private static BigInteger whole(String column, BigDecimal decimal, String type) {
    BigDecimal scaled = scaled(decimal, 0);
    if (scaled == null) {
      throw new ArithmeticException(
          "column %s must hold %s, got %s".formatted(column, decimal.toPlainString(), type));
    }
    return scaled.toBigInteger();
  }

  private static byte[] padded(byte[] bytes, int length) {
    byte[] padded = new byte[length];
    Arrays.fill(padded, 0, length - bytes.length, (byte) (bytes[0] < 0 ? -1 : 0));
    System.arraycopy(bytes, 0, padded, length - bytes.length, bytes.length);
    return padded;
  }
}
