package io.flanstream.operators.serialize;

import com.google.protobuf.Descriptors.Descriptor;
import io.flanstream.operators.answers.AnswerRecord;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.ingest.Content;
import io.flanstream.operators.ingest.ContentReader;
import io.flanstream.operators.ingest.PayloadForm;
import io.flanstream.operators.protobuf.ProtobufAvro;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;

/** Protobuf messages as Avro records with their answers. */
final class MergedProtobufEncoder implements ResultEncoder {
  private static final int MOST_TYPES = 1000;

  private final ContentReader reader;
  private final DerivedSchemas schemas;
  private final AnswerRecord answers;
  private final RecordEncoder encoder = new AvroEncoder(new byte[0]);
  private final Map<Descriptor, Type> types = new HashMap<>();

  /** How messages of a type are written. */
  private record Type(Schema schema, RecordEncoder encoder) {}

  /**
   * Merges into messages of a form.
   *
   * @param source how they were written
   */
  MergedProtobufEncoder(
      RecordForm form, MergedSchema merged, AnswerRecord answers, PayloadForm source) {
    this.reader = new ContentReader(source);
    this.schemas = new DerivedSchemas(form, merged);
    this.answers = answers;
  }

  @Override
  public byte[] encode(EnrichedRecord record) throws IOException, RejectedRecordException {
    if (!(reader.read(record.origin()) instanceof Content.Protobuf protobuf)) {
      throw new RejectedRecordException(
          Reason.INVALID_RECORD,
          "Cannot merge answers into record: it must be Protobuf, and its envelope is JSON");
    }
    Descriptor descriptor = protobuf.message().getDescriptorForType();
    Type type = type(descriptor);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(schemas.header(descriptor, type::schema));
    out.write(type.encoder().encode(ProtobufAvro.record(protobuf.message(), type.schema())));
    out.write(MergedSchema.ANSWERS_BRANCH);
    out.write(encoder.encode(answers.of(record.event())));
    return out.toByteArray();
  }

  private Type type(Descriptor descriptor) {
    if (types.size() == MOST_TYPES) {
      types.clear();
    }
    return types.computeIfAbsent(
        descriptor, of -> new Type(ProtobufAvro.schema(of), new AvroEncoder(new byte[0])));
  }
}
