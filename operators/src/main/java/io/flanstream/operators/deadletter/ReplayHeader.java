package io.flanstream.operators.deadletter;

import io.flanstream.operators.record.KafkaHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Marks a record that was sent to its topic again: the header {@value #NAME} has the number of
 * attempts before, in decimal.
 */
public final class ReplayHeader {
  /** Name of the header. */
  public static final String NAME = "flanstream-replayed-attempts";

  private static final String NUMBER = "[0-9]{1,9}";

  private ReplayHeader() {}

  /** A header for a record that was tried so often. */
  public static KafkaHeader of(int attempts) {
    return new KafkaHeader(NAME, Integer.toString(attempts).getBytes(StandardCharsets.US_ASCII));
  }

  /** Whether a record was sent again. */
  public static boolean isIn(List<KafkaHeader> headers) {
    return headers.stream().anyMatch(header -> header.name().equals(NAME));
  }

  /** How often a record was tried before it was sent again; 0 where it was not. */
  public static int attempts(List<KafkaHeader> headers) {
    return headers.stream()
        .filter(header -> header.name().equals(NAME) && header.value() != null)
        .map(header -> new String(header.value(), StandardCharsets.US_ASCII))
        .filter(value -> value.matches(NUMBER))
        .mapToInt(Integer::parseInt)
        .max()
        .orElse(0);
  }
}
