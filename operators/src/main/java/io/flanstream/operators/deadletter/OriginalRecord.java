package io.flanstream.operators.deadletter;

import io.flanstream.schemas.DeadLetter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a dead letter still has all of the record that it was made of. */
public final class OriginalRecord {
  private static final Pattern LEFT_OUT =
      Pattern.compile("; (\\d+ headers|key of \\d+ bytes) left out");

  private OriginalRecord() {}

  /** What a message says where headers did not fit. */
  public static String headersLeftOut(int count) {
    return "; %s headers left out".formatted(count);
  }

  /** What a message says where the key did not fit. */
  public static String keyLeftOut(int bytes) {
    return "; key of %s bytes left out".formatted(bytes);
  }

  /**
   * Looks for what is missing of the record.
   *
   * @param letter a dead letter
   * @return what is missing, for people; empty where nothing is
   */
  public static Optional<String> missing(DeadLetter letter) {
    byte[] payload = new byte[0];
    if (letter.getPayload() != null) {
      payload = new byte[letter.getPayload().remaining()];
      letter.getPayload().duplicate().get(payload);
    }
    if (!DeadLetters.sha256(payload).equals(letter.getPayloadHash())) {
      return Optional.of(
          "its payload was cut or redacted: %s bytes are here, of %s"
              .formatted(payload.length, letter.getPayloadLength()));
    }
    Matcher leftOut = LEFT_OUT.matcher(letter.getMessage());
    return leftOut.find() ? Optional.of(leftOut.group().substring(2)) : Optional.empty();
  }
}
