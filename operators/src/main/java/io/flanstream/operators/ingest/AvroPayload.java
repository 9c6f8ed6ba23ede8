package io.flanstream.operators.ingest;

import io.flanstream.schemas.TextEvent;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * A decoded Avro record.
 *
 * @param record the record
 */
record AvroPayload(GenericRecord record) implements Payload {

  @Override
  public Object at(List<String> path) {
    Object value = record;
    Schema schema = record.getSchema();
    for (String segment : path) {
      schema = childSchema(schema, value, segment);
      value = child(value, segment);
    }
    return plain(schema, value);
  }

  @Override
  public Optional<Payload> member(String name) {
    return record.hasField(name) && record.get(name) instanceof GenericRecord member
        ? Optional.of(new AvroPayload(member))
        : Optional.empty();
  }

  @Override
  public List<String> fields() {
    List<String> paths = new ArrayList<>();
    for (Schema.Field field : record.getSchema().getFields()) {
      if (record.get(field.pos()) instanceof GenericRecord member) {
        member.getSchema().getFields().stream()
            .map(inner -> FieldPath.under(FieldPath.under("", field.name()), inner.name()))
            .forEach(paths::add);
      } else {
        paths.add(field.name());
      }
    }
    return paths;
  }

  @Override
  public Map<String, String> ownAttributes() {
    Map<String, String> attributes = new TreeMap<>();
    if (isTextEvent() && record.get("attributes") instanceof Map<?, ?> map) {
      map.forEach((name, value) -> attributes.put(name.toString(), value.toString()));
    }
    return attributes;
  }

  private boolean isTextEvent() {
    return record.getSchema().getFullName().equals(TextEvent.getClassSchema().getFullName())
        && record.hasField("attributes");
  }

  private static Object child(Object parent, String name) {
    if (parent instanceof GenericRecord parentRecord) {
      return parentRecord.hasField(name) ? parentRecord.get(name) : null;
    }
    if (parent instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .filter(entry -> entry.getKey().toString().equals(name))
          .findFirst()
          .map(Map.Entry::getValue)
          .orElse(null);
    }
    if (parent instanceof List<?> list) {
      return FieldPath.index(name, list.size()).map(list::get).orElse(null);
    }
    return null;
  }

  /** Null where it is not known. */
  private static Schema childSchema(Schema schema, Object parent, String name) {
    Schema of = GenericDataType.of(schema, parent);
    if (of == null) {
      return null;
    }
    return switch (of.getType()) {
      case RECORD -> of.getField(name) == null ? null : of.getField(name).schema();
      case MAP -> of.getValueType();
      case ARRAY -> of.getElementType();
      default -> null;
    };
  }

  private static Object plain(Schema schema, Object raw) {
    Object value = AvroJson.logical(schema, raw);
    if (AvroJson.isText(value)) {
      return value.toString();
    }
    if (value instanceof Integer number) {
      return number.longValue();
    }
    return value == null
            || value instanceof Long
            || value instanceof Float
            || value instanceof Double
            || value instanceof Boolean
            || value instanceof BigDecimal
            || value instanceof Instant
        ? value
        : new Composite(AvroJson.text(schema, value));
  }
}
