package io.flanstream.operators.serialize;

import io.flanstream.operators.answers.AnswerRecord;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.ingest.PayloadForm;
import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.registry.SchemaHeader;
import io.flanstream.operators.registry.SchemaRegistry;
import io.flanstream.operators.registry.UnknownSchemaException;
import io.flanstream.operators.registry.WireFormat;
import io.flanstream.schemas.TextEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Avro records with their answers: the bytes that came, then those of the answers, under a schema
 * derived from the one that each was written with.
 */
final class MergedAvroEncoder implements ResultEncoder {
  private static final String ONLY = "";

  private final DerivedSchemas schemas;
  private final AnswerRecord answers;
  private final RecordEncoder encoder = new AvroEncoder(new byte[0]);

  /** Where records in Confluent's wire format say that their schemas are; null for plain ones. */
  private final SchemaRegistry registry;

  private final Schema plain;

  /**
   * Merges into records of a form.
   *
   * @param source how they were written
   */
  MergedAvroEncoder(
      RecordForm form, MergedSchema merged, AnswerRecord answers, PayloadForm source) {
    this.schemas = new DerivedSchemas(form, merged);
    this.answers = answers;
    boolean framed = source.format() == PayloadFormat.AVRO_CONFLUENT;
    this.registry = framed ? source.registry().open() : null;
    this.plain =
        framed
            ? null
            : source.schema() == null
                ? TextEvent.getClassSchema()
                : new Schema.Parser().parse(source.schema());
    if (!framed) {
      prepare();
    }
  }

  private void prepare() {
    try {
      schemas.header(ONLY, () -> plain);
    } catch (RejectedRecordException e) {
      // All records would be.
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public byte[] encode(EnrichedRecord record) throws IOException, RejectedRecordException {
    KafkaRecord origin = record.origin();
    if (registry == null) {
      return merged(schemas.header(ONLY, () -> plain), origin.value(), 0, record);
    }
    Optional<SchemaHeader> named = SchemaHeader.of(origin.headers());
    Object key =
        named.isPresent() ? named.get() : WireFormat.schemaId(origin.value()).orElseThrow();
    return merged(
        schemas.header(key, () -> written(named, origin.value())),
        origin.value(),
        named.isPresent() ? 0 : WireFormat.HEADER_BYTES,
        record);
  }

  private byte[] merged(byte[] header, byte[] value, int from, EnrichedRecord record)
      throws IOException {
    byte[] added = encoder.encode(answers.of(record.event()));
    ByteArrayOutputStream out =
        new ByteArrayOutputStream(header.length + value.length + 1 + added.length);
    out.write(header);
    out.write(value, from, value.length - from);
    out.write(MergedSchema.ANSWERS_BRANCH);
    out.write(added);
    return out.toByteArray();
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
