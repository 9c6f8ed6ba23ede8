package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaRecord;

/** Values to what they hold, the envelope included. One thread at a time. */
public final class ContentReader {
  private final PayloadDecoder decoder;
  private final PayloadDecoder json = new JsonDecoder();
  private final boolean isCloudEvent;

  /**
   * Reads values of one form.
   *
   * @param form how they are written
   */
  public ContentReader(PayloadForm form) {
    // Each as it was written, whatever schema events are read with.
    this.decoder =
        form.format() == PayloadFormat.AVRO_CONFLUENT
            ? new FramedAvroDecoder(new FramedAvroReader(form.registry().open(), null))
            : form.decoder();
    this.isCloudEvent = form.envelope() == Envelope.CLOUDEVENTS;
  }

  /**
   * Reads a value.
   *
   * @param record a record with a value that is no text
   * @return what it holds
   * @throws RejectedRecordException if it is not of the form
   */
  public Content read(KafkaRecord record) throws RejectedRecordException {
    Payload payload =
        isCloudEvent && CloudEventsReader.isStructured(record)
            ? json.decode(record)
            : decoder.decode(record);
    if (payload instanceof AvroPayload avro) {
      return new Content.Avro(avro.record());
    }
    if (payload instanceof ProtobufPayload protobuf) {
      return new Content.Protobuf(protobuf.message(), protobuf.from());
    }
    if (payload instanceof JsonPayload object) {
      return new Content.Json(object.root());
    }
    throw new RejectedRecordException(
        Reason.INVALID_RECORD, "Cannot read value: it must have fields, and a text has none");
  }
}
