package io.flanstream.operators.ingest;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;

/** The value is a Protobuf message of one type. */
final class ProtobufDecoder implements PayloadDecoder {
  private final Descriptor type;

  ProtobufDecoder(Descriptor type) {
    this.type = type;
  }

  @Override
  public Payload decode(byte[] value) throws RejectedRecordException {
    return decode(value, 0);
  }

  /** Decodes what begins at an index. */
  Payload decode(byte[] value, int from) throws RejectedRecordException {
    try {
      return new ProtobufPayload(
          DynamicMessage.newBuilder(type)
              .mergeFrom(value, from, value.length - from)
              .buildPartial(),
          from);
    } catch (InvalidProtocolBufferException e) {
      throw new RejectedRecordException(
          Reason.INVALID_PROTOBUF,
          "Cannot decode value: its %s bytes from byte %s must be a Protobuf message %s: %s"
              .formatted(value.length - from, from, type.getFullName(), e.getMessage()));
    }
  }
}
