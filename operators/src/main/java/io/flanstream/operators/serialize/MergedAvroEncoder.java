package io.flanstream.operators.serialize;

import io.flanstream.operators.answers.AnswerRecord;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.ingest.PayloadForm;
import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.registry.RefusedSchemaException;
import io.flanstream.operators.registry.SchemaHeader;
import io.flanstream.operators.registry.SchemaRegistry;
import io.flanstream.operators.registry.UnknownSchemaException;
import io.flanstream.operators.registry.WireFormat;
import io.flanstream.schemas.TextEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Avro records with their answers: the bytes that came, then those of the answers, under a schema
 * derived from the one that each was written with.
 */
final class MergedAvroEncoder implements ResultEncoder {
  private static final int MOST_SCHEMAS = 1000;
  private static final byte[] NO_HEADER = new byte[0];

  private final RecordForm form;
  private final MergedSchema merged;
  private final AnswerRecord answers;
  private final RecordEncoder encoder = new AvroEncoder(NO_HEADER);
  private final SchemaRegistry registry;
  private final Map<Object, byte[]> headers = new HashMap<>();

  /** What goes before all records; null where each says what it was written with. */
  private final byte[] header;

  /**
   * Merges into records of a form.
   *
   * @param source how they were written
   */
  MergedAvroEncoder(
      RecordForm form, MergedSchema merged, AnswerRecord answers, PayloadForm source) {
    this.form = form;
    this.merged = merged;
    this.answers = answers;
    boolean framed = source.format() == PayloadFormat.AVRO_CONFLUENT;
    this.registry = framed ? source.registry().open() : null;
    this.header = framed ? null : header(source.schema());
  }

  private byte[] header(String written) {
    try {
      return header(
          written == null ? TextEvent.getClassSchema() : new Schema.Parser().parse(written));
    } catch (RejectedRecordException e) {
      // All records would be.
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private byte[] header(Schema written) throws RejectedRecordException {
    Schema schema = merged.of(written);
    if (form.format() != RecordFormat.AVRO_CONFLUENT) {
      return NO_HEADER;
    }
    try {
      return WireFormat.header(form.subject().schemaId(schema));
    } catch (RefusedSchemaException e) {
      throw new RejectedRecordException(Reason.SCHEMA_REFUSED, e.getMessage());
    }
  }

  @Override
  public byte[] encode(EnrichedRecord record) throws IOException, RejectedRecordException {
    KafkaRecord origin = record.origin();
    byte[] before = header;
    int body = 0;
    if (before == null) {
      Optional<SchemaHeader> named = SchemaHeader.of(origin.headers());
      before = derived(named, origin.value());
      body = named.isPresent() ? 0 : WireFormat.HEADER_BYTES;
    }
    byte[] added = encoder.encode(answers.of(record.event()));
    ByteArrayOutputStream out =
        new ByteArrayOutputStream(before.length + origin.value().length + 1 + added.length);
    out.write(before);
    out.write(origin.value(), body, origin.value().length - body);
    out.write(MergedSchema.ANSWERS_BRANCH);
    out.write(added);
    return out.toByteArray();
  }

  private byte[] derived(Optional<SchemaHeader> named, byte[] value)
      throws RejectedRecordException {
    Object key = named.isPresent() ? named.get() : WireFormat.schemaId(value).orElseThrow();
    byte[] known = headers.get(key);
    if (known == null) {
      known = header(written(named, value));
      if (headers.size() == MOST_SCHEMAS) {
        headers.clear();
      }
      headers.put(key, known);
    }
    return known;
  }

  private Schema written(Optional<SchemaHeader> named, byte[] value)
      throws RejectedRecordException {
    try {
      return named.isPresent()
          ? registry.schema(named.get())
          : registry.schema(WireFormat.schemaId(value).orElseThrow());
    } catch (UnknownSchemaException e) {
      throw new RejectedRecordException(
          Reason.UNKNOWN_SCHEMA, "Cannot merge answers into record: " + e.getMessage());
    }
  }
}
