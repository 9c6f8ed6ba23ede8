package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.RejectedRecordException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;

/** Avro records without masked values. */
final class MaskedAvro {

  private MaskedAvro() {}

  /**
   * A record without the values.
   *
   * @throws RejectedRecordException if one is in a number that may not be null
   */
  static GenericRecord record(GenericRecord record, MaskedFields fields)
      throws RejectedRecordException {
    return record(record, fields, List.of());
  }

  private static GenericRecord record(GenericRecord record, MaskedFields fields, List<String> path)
      throws RejectedRecordException {
    GenericData.Record masked = new GenericData.Record(record.getSchema());
    for (Schema.Field field : record.getSchema().getFields()) {
      masked.put(
          field.pos(),
          value(field.schema(), record.get(field.pos()), fields, with(path, field.name())));
    }
    return masked;
  }

  private static Object value(Schema schema, Object value, MaskedFields fields, List<String> path)
      throws RejectedRecordException {
    if (value == null) {
      return null;
    }
    if (value instanceof GenericRecord record) {
      return record(record, fields, path);
    }
    if (value instanceof Map<?, ?> map) {
      Schema of = GenericDataType.of(schema, value).getValueType();
      Map<String, Object> masked = new LinkedHashMap<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        String name = entry.getKey().toString();
        masked.put(fields.text(name), value(of, entry.getValue(), fields, with(path, name)));
      }
      return masked;
    }
    if (value instanceof List<?> list) {
      Schema of = GenericDataType.of(schema, value).getElementType();
      List<Object> masked = new ArrayList<>();
      for (Object item : list) {
        masked.add(value(of, item, fields, with(path, Integer.toString(masked.size()))));
      }
      return masked;
    }
    return scalar(schema, value, fields, path);
  }

  private static Object scalar(Schema schema, Object value, MaskedFields fields, List<String> path)
      throws RejectedRecordException {
    if (value instanceof CharSequence text) {
      return fields.field(path, text.toString());
    }
    if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return ByteBuffer.wrap(fields.bytes(bytes));
    }
    boolean repeats =
        value instanceof GenericFixed fixed
            ? fields.repeats(fixed.bytes())
            : fields.repeats(written(value));
    if (!repeats || value instanceof GenericData.EnumSymbol) {
      return value;
    }
    if (!schema.isNullable()) {
      throw MaskedFields.unmaskable(path, GenericDataType.of(schema, value).getType().getName());
    }
    return fields.change(null);
  }

  private static String written(Object value) {
    if (value instanceof Double number && Double.isFinite(number)) {
      return new BigDecimal(number).toPlainString();
    }
    if (value instanceof Float number && Float.isFinite(number)) {
      return new BigDecimal(number).toPlainString();
    }
    return value instanceof BigDecimal decimal ? EventValidator.plain(decimal) : value.toString();
  }

  static List<String> with(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return longer;
  }
}
