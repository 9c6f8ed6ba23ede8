package io.flanstream.operators.ingest;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;

/** What a number counts that is an event time: units since 1970. */
public enum EventTimeUnit {
  /** As Unix does. */
  SECONDS(0),
  /** As Java, JavaScript and Kafka do. */
  MILLISECONDS(3),
  /** As many databases do. */
  MICROSECONDS(6),
  /** As Go and OpenTelemetry do. */
  NANOSECONDS(9);

  private static final int NANOS = 9;

  private final int digits;

  EventTimeUnit(int digits) {
    this.digits = digits;
  }

  /**
   * The instant that a number says.
   *
   * @throws DateTimeException if it is too far away
   */
  Instant instant(BigDecimal number) {
    BigDecimal seconds = number.movePointLeft(digits);
    BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
    try {
      return Instant.ofEpochSecond(
          whole.longValueExact(), seconds.subtract(whole).movePointRight(NANOS).longValue());
    } catch (ArithmeticException e) {
      throw new DateTimeException("Cannot be an instant: " + number, e);
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
