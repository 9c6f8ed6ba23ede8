package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.registry.SchemaHeader;
import io.flanstream.operators.registry.WireFormat;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The value is a JSON object behind a frame with the id of its JSON Schema, or has no frame where a
 * header names that. JSON says itself what it has: the registry is not asked.
 */
final class FramedJsonDecoder implements PayloadDecoder {
  private final PayloadDecoder json = new JsonDecoder();

  @Override
  public Payload decode(byte[] value) throws RejectedRecordException {
    OptionalInt id = WireFormat.schemaId(value);
    if (id.isEmpty()) {
      throw new RejectedRecordException(
          Reason.INVALID_FRAME,
          "Cannot decode value: its %s bytes must be a zero byte, a schema's id in four and a JSON object"
              .formatted(value.length));
    }
    try {
      return json.decode(Arrays.copyOfRange(value, WireFormat.HEADER_BYTES, value.length));
    } catch (RejectedRecordException e) {
      throw new RejectedRecordException(
          e.reason(),
          e.getMessage()
              .replaceFirst(
                  "^Cannot decode value", "Cannot decode value of schema " + id.getAsInt()));
    }
  }

  @Override
  public Payload decode(KafkaRecord record) throws RejectedRecordException {
    return SchemaHeader.of(record).isPresent()
        ? json.decode(record.value())
        : decode(record.value());
  }
}
