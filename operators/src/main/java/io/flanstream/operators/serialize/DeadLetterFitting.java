package io.flanstream.operators.serialize;

import io.flanstream.operators.deadletter.OriginalRecord;
import io.flanstream.operators.deadletter.OriginalRecord.Part;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.Header;
import io.flanstream.schemas.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Cuts dead letters until they fit: first the payload, then the headers, then the message, then the
 * key. What is left out beyond the payload is said in the message; the coordinates always stay.
 */
final class DeadLetterFitting {
  private static final int SHORT_MESSAGE = 500;

  private final String topic;
  private final RecordEncoder encoder;

  DeadLetterFitting(String topic, RecordEncoder encoder) {
    this.topic = topic;
    this.encoder = encoder;
  }

  OutboundRecord fit(DeadLetter letter, int maxRecordBytes) throws IOException {
    OutboundRecord whole = record(letter);
    if (whole.size() <= maxRecordBytes) {
      return whole;
    }
    OutboundRecord cut = withPayloadCut(letter, maxRecordBytes);
    if (cut == null) {
      cut = withPayloadCut(withoutHeaders(letter), maxRecordBytes);
    }
    if (cut == null) {
      cut = withPayloadCut(withoutHeaders(withShortMessage(letter)), maxRecordBytes);
    }
    if (cut == null) {
      cut = withPayloadCut(withoutKey(withoutHeaders(withShortMessage(letter))), maxRecordBytes);
    }
    if (cut == null) {
      throw new IOException(
          "Cannot serialise dead letter of %s: it must fit in %s bytes"
              .formatted(coordinates(letter.getSource()), maxRecordBytes));
    }
    return cut;
  }

  /** The most of the payload that fits, or null where not even none of it does. */
  private OutboundRecord withPayloadCut(DeadLetter letter, int maxRecordBytes) throws IOException {
    ByteBuffer payload =
        letter.getPayload() == null ? ByteBuffer.allocate(0) : letter.getPayload().duplicate();
    DeadLetter cut = DeadLetter.newBuilder(letter).build();
    int length = payload.remaining();
    while (true) {
      cut.setPayload(
          letter.getPayload() == null ? null : payload.slice(payload.position(), length));
      OutboundRecord record = record(cut);
      long over = record.size() - maxRecordBytes;
      if (over <= 0) {
        return record;
      }
      if (length == 0) {
        return null;
      }
      // Base64 takes four bytes for three.
      length = (int) Math.max(0, length - Math.max(1, over * 3 / 4));
      OriginalRecord.leaveOut(cut, Part.PAYLOAD);
    }
  }

  private OutboundRecord record(DeadLetter letter) throws IOException {
    byte[] key =
        letter.getKey() == null
            ? coordinates(letter.getSource()).getBytes(StandardCharsets.UTF_8)
            : bytes(letter.getKey());
    List<KafkaHeader> headers =
        letter.getHeaders().stream()
            .map(header -> new KafkaHeader(header.getName(), bytes(header.getValue())))
            .toList();
    return new OutboundRecord(topic, key, encoder.encode(letter), headers);
  }

  private static DeadLetter withoutHeaders(DeadLetter letter) {
    List<Header> headers = letter.getHeaders();
    if (headers.isEmpty()) {
      return letter;
    }
    DeadLetter without =
        DeadLetter.newBuilder(letter)
            .setHeaders(List.of())
            .setMessage(letter.getMessage() + OriginalRecord.headersLeftOut(headers.size()))
            .build();
    OriginalRecord.leaveOut(without, Part.HEADERS);
    return without;
  }

  private static DeadLetter withShortMessage(DeadLetter letter) {
    String message = letter.getMessage();
    return DeadLetter.newBuilder(letter)
        .setMessage(
            message.length() <= SHORT_MESSAGE ? message : message.substring(0, SHORT_MESSAGE) + "…")
        .build();
  }

  private static DeadLetter withoutKey(DeadLetter letter) {
    if (letter.getKey() == null) {
      return letter;
    }
    int length = letter.getKey().remaining();
    DeadLetter without =
        DeadLetter.newBuilder(letter)
            .setKey(null)
            .setMessage(letter.getMessage() + OriginalRecord.keyLeftOut(length))
            .build();
    OriginalRecord.leaveOut(without, Part.KEY);
    return without;
  }

  private static String coordinates(Source source) {
    return "%s-%s-%s".formatted(source.getTopic(), source.getPartition(), source.getOffset());
  }

  private static byte[] bytes(ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
