package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.registry.SchemaHeader;
import io.flanstream.operators.registry.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Records as they came, except that no part of one repeats a value that is masked in its text. A
 * text becomes the masked one; a key that has such a value becomes the record's coordinates, since
 * a placeholder would be the key of other records, too. One thread at a time.
 */
public final class RecordMasking {
  private final Function<String, ContentReader> readers;
  private final Function<String, PayloadForm> forms;

  /**
   * Masks records.
   *
   * @param source how they are written
   */
  public RecordMasking(SourceForms source) {
    this.forms = source.each(form -> form);
    this.readers = source.each(ContentReader::new);
  }

  /**
   * Key and headers of a record, masked; its value stays.
   *
   * @param record a record
   * @param masked masks a text of it
   */
  public static KafkaRecord around(KafkaRecord record, UnaryOperator<String> masked) {
    MaskedFields fields = new MaskedFields(masked, "", List.of());
    return with(record, record.value(), fields);
  }

  /**
   * A record, masked.
   *
   * @param record a record with a value
   * @param text its text, as it came
   * @param masked masks a text of it
   * @throws RejectedRecordException if a value cannot be masked in its place
   */
  public KafkaRecord masked(KafkaRecord record, String text, UnaryOperator<String> masked)
      throws RejectedRecordException {
    PayloadForm form = forms.apply(record.topic());
    MaskedFields fields = new MaskedFields(masked, text, places(form));
    return with(record, value(record, form, fields), fields);
  }

  private byte[] value(KafkaRecord record, PayloadForm form, MaskedFields fields)
      throws RejectedRecordException {
    if (form.format() == PayloadFormat.TEXT) {
      return fields
          .text(new String(record.value(), StandardCharsets.UTF_8))
          .getBytes(StandardCharsets.UTF_8);
    }
    Content content = readers.apply(record.topic()).read(record);
    if (content instanceof Content.Avro avro) {
      GenericRecord changed = MaskedAvro.record(avro.record(), fields);
      return fields.hasChanged() ? framed(record, form, changed) : record.value();
    }
    if (content instanceof Content.Protobuf protobuf) {
      byte[] changed = MaskedProtobuf.message(protobuf.message(), fields).toByteArray();
      return fields.hasChanged()
          ? behind(record.value(), protobuf.from(), changed)
          : record.value();
    }
    return form.format() == PayloadFormat.CSV
        ? MaskedJson.row(((Content.Json) content).root(), form.csv(), fields)
        : MaskedJson.value(record, form, fields);
  }

  /** Where the text is, and where an envelope has the same field of another state of the record. */
  private static List<List<String>> places(PayloadForm form) {
    FieldPath text = form.fields().text();
    List<List<String>> places = new ArrayList<>();
    if (text.origin() == FieldPath.Origin.VALUE) {
      for (List<String> place : EnvelopePlaces.of(form.envelope(), text.origin())) {
        List<String> path = new ArrayList<>(place);
        path.addAll(text.segments());
        places.add(path);
      }
    }
    return places;
  }

  private static byte[] framed(KafkaRecord record, PayloadForm form, GenericRecord changed)
      throws RejectedRecordException {
    boolean isFramed =
        form.format() == PayloadFormat.AVRO_CONFLUENT && SchemaHeader.of(record).isEmpty();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new GenericDatumWriter<GenericRecord>(changed.getSchema(), AvroReader.DATA)
          .write(changed, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new IllegalStateException("Cannot write masked record: " + e.getMessage(), e);
    }
    return behind(record.value(), isFramed ? WireFormat.HEADER_BYTES : 0, out.toByteArray());
  }

  /** The first bytes of a value, then others. */
  static byte[] behind(byte[] value, int frame, byte[] others) {
    byte[] all = new byte[frame + others.length];
    System.arraycopy(value, 0, all, 0, frame);
    System.arraycopy(others, 0, all, frame, others.length);
    return all;
  }

  private static KafkaRecord with(KafkaRecord record, byte[] value, MaskedFields fields) {
    return new KafkaRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key() == null || !fields.repeats(record.key())
            ? record.key()
            : record.coordinates().getBytes(StandardCharsets.UTF_8),
        value,
        record.headers().stream().map(header -> header(header, fields)).toList());
  }

  private static KafkaHeader header(KafkaHeader header, MaskedFields fields) {
    return SchemaHeader.isNamed(header.name())
        ? header
        : new KafkaHeader(
            fields.masked(header.name()),
            header.value() == null ? null : fields.bytes(header.value()));
  }
}
