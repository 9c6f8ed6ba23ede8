package io.flanstream.operators.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.TextEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

/** Dates, times, decimals and UUIDs of Avro. */
class LogicalTypesTest {
  private static final UUID ID = UUID.fromString("0b8c4f0e-37c1-4b8e-9f5c-0d8f6f9f2a11");
  private static final String ROW =
      """
      {"type": "record", "name": "Row", "fields": [
        {"name": "text", "type": "string"},
        {"name": "id", "type": {"type": "fixed", "name": "Id", "size": 16, "logicalType": "uuid"}},
        {"name": "eventTime", "type": ["null", {"type": "long", "logicalType": "%s"}]},
        {"name": "amount", "type":
          {"type": "bytes", "logicalType": "decimal", "precision": 30, "scale": %s}},
        {"name": "day", "type": ["null", {"type": "int", "logicalType": "date"}]},
        {"name": "clock", "type": {"type": "int", "logicalType": "time-millis"}},
        {"name": "rows", "type": {"type": "array", "items": {"type": "int", "logicalType": "date"}}}
      ]}
      """;

  @Test
  void areReadableText() throws Exception {
    TextEvent event = read(ROW.formatted("timestamp-nanos", 4), null, 1_772_445_245_000_000_001L);

    assertThat(event.getId()).isEqualTo(ID.toString());
    assertThat(event.getEventTime()).isEqualTo(Instant.parse("2026-03-02T09:54:05Z"));
    assertThat(event.getAttributes())
        .containsEntry("amount", "12.3400")
        .containsEntry("day", "2026-03-02")
        .containsEntry("clock", "09:54:05")
        .containsEntry("rows", "[\"2026-03-02\"]");
  }

  /** Schema resolution takes no notice of units. */
  @Test
  void haveTheUnitsThatWereWritten() throws Exception {
    String written = ROW.formatted("timestamp-micros", 4);
    String expected = ROW.formatted("timestamp-millis", 4);
    assertThat(read(written, expected, 1_772_445_245_000_001L).getEventTime())
        .isEqualTo(Instant.parse("2026-03-02T09:54:05Z"));
    assertThatThrownBy(
            () ->
                read(
                    written,
                    expected.replace("\"date\"", "\"time-millis\""),
                    1_772_445_245_000_001L))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("field day must be read as what it was written as, date, got time-millis");
  }

  private static TextEvent read(String written, String expected, long time) throws Exception {
    Schema schema = new Schema.Parser().parse(written);
    GenericRecord row = row(schema, time);
    GenericRecord read =
        new AvroReader(schema, expected == null ? schema : new Schema.Parser().parse(expected))
            .read(bytes(row), 0);
    EventFields fields =
        new EventFields(
            FieldPath.parse("text"),
            FieldPath.parse("id"),
            FieldPath.parse("eventTime"),
            Stream.of("amount", "day", "clock", "rows").map(FieldPath::parse).toList());
    return new EventValidator(fields)
        .event(
            new RecordParts(
                new KafkaRecord("in", 0, 0, 0, null, new byte[0], List.of()),
                new Opened(new AvroPayload(read), Payload.NOTHING),
                null));
  }

  private static GenericRecord row(Schema schema, long time) {
    GenericRecord row = new GenericData.Record(schema);
    row.put("text", "hello");
    ByteBuffer id = ByteBuffer.allocate(16);
    id.putLong(ID.getMostSignificantBits()).putLong(ID.getLeastSignificantBits());
    row.put("id", new GenericData.Fixed(schema.getField("id").schema(), id.array()));
    row.put("eventTime", time);
    row.put("amount", ByteBuffer.wrap(new BigDecimal("12.3400").unscaledValue().toByteArray()));
    int day = (int) LocalDate.of(2026, 3, 2).toEpochDay();
    row.put("day", day);
    row.put("clock", (9 * 3600 + 54 * 60 + 5) * 1000);
    row.put("rows", List.of(day));
    return row;
  }

  private static byte[] bytes(GenericRecord row) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(row.getSchema()).write(row, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }
}
