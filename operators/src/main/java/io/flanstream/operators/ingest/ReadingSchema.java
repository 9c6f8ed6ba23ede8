package io.flanstream.operators.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * The schema that records are read with: what is expected, with the units and scales that were
 * written. Avro's schema resolution does not look at logical types, and would take microseconds for
 * milliseconds.
 */
final class ReadingSchema {
  private static final List<Set<String>> FAMILIES =
      List.of(
          Set.of("timestamp-millis", "timestamp-micros", "timestamp-nanos"),
          Set.of("local-timestamp-millis", "local-timestamp-micros", "local-timestamp-nanos"),
          Set.of("time-millis", "time-micros"),
          Set.of("decimal"),
          Set.of("date"),
          Set.of("uuid"));

  private final Map<String, Schema> records = new HashMap<>();

  private ReadingSchema() {}

  /**
   * The schema to read with.
   *
   * @throws IllegalArgumentException if a field was written as what it cannot be read as
   */
  static Schema of(Schema written, Schema expected) {
    return written.equals(expected) ? expected : new ReadingSchema().read("", written, expected);
  }

  private Schema read(String path, Schema written, Schema expected) {
    if (written.isUnion() || expected.isUnion()) {
      return union(path, written, expected);
    }
    if (written.getType() == Schema.Type.RECORD && expected.getType() == Schema.Type.RECORD) {
      return record(path, written, expected);
    }
    if (written.getType() == Schema.Type.ARRAY && expected.getType() == Schema.Type.ARRAY) {
      return Schema.createArray(
          read(path + "[]", written.getElementType(), expected.getElementType()));
    }
    if (written.getType() == Schema.Type.MAP && expected.getType() == Schema.Type.MAP) {
      return Schema.createMap(read(path + "{}", written.getValueType(), expected.getValueType()));
    }
    return leaf(path, written, expected);
  }

  /** Of a union of null and one type, which is what nullable columns are. */
  private Schema union(String path, Schema written, Schema expected) {
    List<Schema> from = present(written);
    List<Schema> to = present(expected);
    if (from.size() != 1 || to.size() != 1) {
      return expected;
    }
    Schema read = read(path, from.get(0), to.get(0));
    if (!expected.isUnion()) {
      return read;
    }
    List<Schema> branches = new ArrayList<>();
    for (Schema branch : expected.getTypes()) {
      branches.add(branch.getType() == Schema.Type.NULL ? branch : read);
    }
    return Schema.createUnion(branches);
  }

  private static List<Schema> present(Schema schema) {
    return schema.isUnion()
        ? schema.getTypes().stream().filter(branch -> branch.getType() != Schema.Type.NULL).toList()
        : List.of(schema);
  }

  private Schema record(String path, Schema written, Schema expected) {
    String key = written.getFullName() + " " + expected.getFullName();
    Schema known = records.get(key);
    if (known != null) {
      return known;
    }
    Schema record =
        Schema.createRecord(
            expected.getName(), expected.getDoc(), expected.getNamespace(), expected.isError());
    expected.getAliases().forEach(record::addAlias);
    records.put(key, record);
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : expected.getFields()) {
      Schema.Field from = written(written, field);
      Schema schema =
          from == null
              ? field.schema()
              : read(path + "." + field.name(), from.schema(), field.schema());
      Schema.Field copy = new Schema.Field(field, schema);
      fields.add(copy);
    }
    record.setFields(fields);
    return record;
  }

  private static Schema.Field written(Schema written, Schema.Field expected) {
    Schema.Field same = written.getField(expected.name());
    return same != null
        ? same
        : expected.aliases().stream()
            .map(written::getField)
            .filter(field -> field != null)
            .findFirst()
            .orElse(null);
  }

  private static Schema leaf(String path, Schema written, Schema expected) {
    String was = logicalType(written);
    String is = logicalType(expected);
    if (was == null || (was.equals(is) && !was.equals("decimal"))) {
      return expected;
    }
    if (expected.getType() == Schema.Type.STRING
        || (is != null && FAMILIES.stream().anyMatch(f -> f.contains(was) && f.contains(is)))) {
      return written;
    }
    if (is == null && written.getType() == expected.getType()) {
      // A column of mere numbers or bytes has them as they are.
      return expected;
    }
    if (is == null && isNumber(expected)) {
      return was.equals("decimal") ? written : expected;
    }
    throw new IllegalArgumentException(
        "field %s must be read as what it was written as, %s, got %s"
            .formatted(path.substring(1), described(written), described(expected)));
  }

  private static boolean isNumber(Schema schema) {
    return switch (schema.getType()) {
      case INT, LONG, FLOAT, DOUBLE -> true;
      default -> false;
    };
  }

  /** Also one that Avro's library does not know. */
  private static String logicalType(Schema schema) {
    return schema.getProp(LogicalType.LOGICAL_TYPE_PROP);
  }

  private static String described(Schema schema) {
    String logicalType = logicalType(schema);
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      return "decimal(%s, %s)".formatted(decimal.getPrecision(), decimal.getScale());
    }
    return logicalType == null ? schema.getType().getName() : logicalType;
  }
}
