package io.flanstream.operators.ingest;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.protobuf.MessageIndexes;
import io.flanstream.operators.protobuf.ProtobufCompiler;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.registry.SchemaHeader;
import io.flanstream.operators.registry.SchemaRegistry;
import io.flanstream.operators.registry.UnknownSchemaException;
import io.flanstream.operators.registry.WireFormat;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The value is a Protobuf message in Confluent's wire format: a zero byte, the id of the file that
 * declares its type, the indexes of the type in that file, the message. Where a header names the
 * file, the value begins with the indexes.
 */
final class FramedProtobufDecoder implements PayloadDecoder {
  private static final int MOST_FILES = 1000;

  private final SchemaRegistry registry;
  private final Map<SchemaHeader, FileDescriptor> files = new HashMap<>();

  FramedProtobufDecoder(SchemaRegistry registry) {
    this.registry = registry;
  }

  @Override
  public Payload decode(byte[] value) throws RejectedRecordException {
    OptionalInt id = WireFormat.schemaId(value);
    if (id.isEmpty()) {
      throw new RejectedRecordException(
          Reason.INVALID_FRAME,
          "Cannot decode value: its %s bytes must be a zero byte, a schema's id in four, message indexes and a Protobuf message"
              .formatted(value.length));
    }
    return decode(SchemaHeader.id(id.getAsInt()), value, WireFormat.HEADER_BYTES);
  }

  @Override
  public Payload decode(KafkaRecord record) throws RejectedRecordException {
    Optional<SchemaHeader> header = SchemaHeader.of(record);
    return header.isEmpty() ? decode(record.value()) : decode(header.get(), record.value(), 0);
  }

  private Payload decode(SchemaHeader id, byte[] value, int from) throws RejectedRecordException {
    FileDescriptor file = file(id);
    MessageIndexes indexes;
    Descriptor type;
    try {
      indexes = MessageIndexes.read(value, from);
      type = indexes.in(file);
    } catch (IllegalArgumentException e) {
      throw new RejectedRecordException(
          Reason.INVALID_FRAME,
          "Cannot decode value of schema %s: %s".formatted(id.name(), e.getMessage()));
    }
    return new ProtobufDecoder(type).decode(value, indexes.end());
  }

  private FileDescriptor file(SchemaHeader id) throws RejectedRecordException {
    FileDescriptor file = files.get(id);
    if (file == null) {
      try {
        file = ProtobufCompiler.compile(registry.protobuf(id));
      } catch (UnknownSchemaException | IllegalArgumentException e) {
        throw new RejectedRecordException(
            Reason.UNKNOWN_SCHEMA,
            "Cannot decode value: "
                + (e instanceof UnknownSchemaException
                    ? e.getMessage()
                    : "schema %s %s".formatted(id.name(), e.getMessage())));
      }
      if (files.size() == MOST_FILES) {
        files.clear();
      }
      files.put(id, file);
    }
    return file;
  }
}
