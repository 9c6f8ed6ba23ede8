package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DatumReader;

/** The value is an Avro record in plain binary, written with a known schema. */
final class AvroDecoder implements PayloadDecoder {
  private static final GenericData DATA = new GenericData();

  static {
    DATA.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    DATA.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
    DATA.setFastReaderEnabled(false);
  }

  private final Schema schema;
  private final boolean isTextEvent;
  private DatumReader<GenericRecord> reader;

  AvroDecoder(Schema schema, boolean isTextEvent) {
    this.schema = schema;
    this.isTextEvent = isTextEvent;
    this.reader = newReader();
  }

  @Override
  public Payload decode(byte[] value) throws RejectedRecordException {
    try {
      BoundedDecoder decoder = new BoundedDecoder(value);
      GenericRecord record = reader.read(null, decoder);
      if (!decoder.isEnd()) {
        throw invalid(value, "%d bytes are left over".formatted(decoder.remaining()));
      }
      return new RecordPayload(record, isTextEvent);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // A reader that failed midway can stay wrong (FLINK-31951).
      reader = newReader();
      throw invalid(value, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }
  }

  private RejectedRecordException invalid(byte[] value, String why) {
    return new RejectedRecordException(
        Reason.INVALID_AVRO,
        "Cannot decode value: its %d bytes must be an Avro record %s: %s"
            .formatted(value.length, schema.getFullName(), why));
  }

  private DatumReader<GenericRecord> newReader() {
    return new BoundedReader(schema, DATA);
  }

  private record RecordPayload(GenericRecord record, boolean isTextEvent) implements Payload {

    @Override
    public Object at(FieldPath path) {
      Object value = record;
      for (String segment : path.segments()) {
        value = child(value, segment);
      }
      return plain(value);
    }

    @Override
    public Map<String, String> ownAttributes() {
      Map<String, String> attributes = new TreeMap<>();
      if (isTextEvent && record.get("attributes") instanceof Map<?, ?> map) {
        map.forEach((name, value) -> attributes.put(name.toString(), value.toString()));
      }
      return attributes;
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
      if (parent instanceof List<?> list && name.matches("0|[1-9]\\d{0,8}")) {
        int index = Integer.parseInt(name);
        return index < list.size() ? list.get(index) : null;
      }
      return null;
    }

    private static Object plain(Object value) {
      if (value instanceof CharSequence || value instanceof GenericData.EnumSymbol) {
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
              || value instanceof Instant
          ? value
          : new Composite(DATA.toString(value));
    }
  }
}
