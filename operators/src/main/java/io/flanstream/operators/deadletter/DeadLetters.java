package io.flanstream.operators.deadletter;

import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.Header;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.util.OutputTag;

/** Dead letters, whole: they are cut to fit where they are serialised. */
public final class DeadLetters {

  /** Side output of every operator that can reject a record. */
  public static final OutputTag<DeadLetter> TAG =
      new OutputTag<>("dead-letters", new AvroTypeInfo<>(DeadLetter.class));

  private DeadLetters() {}

  /** A dead letter for a record that broke a rule outside the model. */
  public static DeadLetter of(KafkaRecord record, Reason reason, String message) {
    return of(record, reason.stage().name(), reason.name(), message, 1);
  }

  /**
   * A dead letter for a record.
   *
   * @param record the record
   * @param stage step that failed
   * @param code what failed, for machines
   * @param message what failed, for people
   * @param attempts how many times it was tried since it was read
   * @return the dead letter
   */
  public static DeadLetter of(
      KafkaRecord record, String stage, String code, String message, int attempts) {
    byte[] value = record.value();
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setSource(record.source())
            .setKey(wrapped(record.key()))
            .setPayload(wrapped(value))
            .setPayloadLength(value == null ? 0 : value.length)
            .setPayloadHash(sha256(value == null ? new byte[0] : value))
            .setHeaders(headers(record.headers()))
            .setStage(stage)
            .setCode(code)
            .setMessage(wellFormed(message))
            .setAttempts(ReplayHeader.attempts(record.headers()) + attempts)
            .build();
    OriginalRecord.begin(letter);
    return letter;
  }

  /** Half a surrogate pair, quoted from a bad value, could not be written. */
  private static String wellFormed(String message) {
    return new String(message.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static List<Header> headers(List<KafkaHeader> headers) {
    return headers.stream()
        .map(header -> new Header(header.name(), wrapped(header.value())))
        .toList();
  }

  private static ByteBuffer wrapped(byte[] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  /** SHA-256 in lower-case hexadecimal. */
  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot hash payload: every Java has SHA-256", e);
    }
  }
}
