package io.flanstream.operators.ingest;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values of a record to the instant that they say: ISO 8601 with a zone, in its extended and its
 * basic form, as RFC 3339 and RFC 1123 write it, and numbers, which may be text.
 *
 * @param unit what a number counts; where null, milliseconds, unless it looks like seconds
 */
record EventTimes(EventTimeUnit unit) {
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");
  private static final BigDecimal FIRST_SECONDS = BigDecimal.valueOf(1_000_000_000L);
  private static final BigDecimal LAST_SECONDS = BigDecimal.valueOf(100_000_000_000L);
  private static final int LONGEST = 100;

  private static final String USUAL = "0000-00-00T00:00:00";
  private static final Pattern NUMBER = Pattern.compile("[-+]?\\d{1,30}(?:\\.\\d{1,30})?");
  private static final Pattern ISO =
      Pattern.compile(
          "(?<day>\\d{4}(-?)\\d{2}\\2\\d{2})[Tt ](?<hour>\\d{2})(?::?(?<minute>\\d{2})"
              + "(?::?(?<second>\\d{2}))?)?(?:[.,](?<fraction>\\d+))? ?"
              + "(?<zone>[Zz]|UTC|GMT|[-+\u2212]\\d{2}(?::?\\d{2}(?::?\\d{2})?)?)(?:\\[[^]]*])?");

  /** The instant; empty where a value is no time in the years 1 to 9999. */
  Optional<Instant> read(Object value) {
    try {
      return instant(value).filter(time -> !time.isBefore(FIRST) && !time.isAfter(LAST));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** What a value must be, for people. */
  String rule() {
    return "must be ISO 8601 with a zone or %s since 1970, in the years 1 to 9999"
        .formatted(unit == null ? EventTimeUnit.MILLISECONDS : unit);
  }

  /** What to do about a number that would be a time in another unit; empty where there is none. */
  String advice(Object value) {
    Optional<BigDecimal> number = number(value);
    return number.isPresent() && unit == null
        ? "; source.event-time-unit says what a number counts"
        : "";
  }

  private Optional<Instant> instant(Object value) {
    if (value instanceof Instant instant) {
      return Optional.of(instant);
    }
    Optional<BigDecimal> number = number(value);
    if (number.isPresent()) {
      return looksLikeSeconds(number.get())
          ? Optional.empty()
          : Optional.of((unit == null ? EventTimeUnit.MILLISECONDS : unit).instant(number.get()));
    }
    return value instanceof String text && text.length() <= LONGEST
        ? written(text.strip())
        : Optional.empty();
  }

  /** Of the years 2001 to 5138 in seconds, of some days after 1970 in milliseconds. */
  private boolean looksLikeSeconds(BigDecimal number) {
    return unit == null
        && number.compareTo(FIRST_SECONDS) >= 0
        && number.compareTo(LAST_SECONDS) < 0;
  }

  private static Optional<BigDecimal> number(Object value) {
    if (value instanceof Long || value instanceof BigInteger || value instanceof BigDecimal) {
      String digits = value instanceof BigDecimal decimal ? decimal.toString() : value.toString();
      return digits.length() <= LONGEST && !isHuge(value)
          ? Optional.of(new BigDecimal(digits))
          : Optional.empty();
    }
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      return Double.isFinite(number) && Math.abs(number) < 1e30
          ? Optional.of(new BigDecimal(value.toString()))
          : Optional.empty();
    }
    return value instanceof String text && NUMBER.matcher(text.strip()).matches()
        ? Optional.of(new BigDecimal(text.strip()))
        : Optional.empty();
  }

  /** A short text can stand for a number of a billion digits. */
  private static boolean isHuge(Object value) {
    return value instanceof BigDecimal decimal
        && Math.abs((long) decimal.precision() - decimal.scale()) > LONGEST;
  }

  private static Optional<Instant> written(String text) {
    if (isUsual(text)) {
      return Optional.of(usual(text));
    }
    Matcher iso = ISO.matcher(text);
    if (iso.matches()) {
      return Optional.of(iso(iso));
    }
    return Character.isLetter(text.isEmpty() ? '0' : text.charAt(0))
        ? Optional.of(OffsetDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
        : Optional.empty();
  }

  /**
   * Whether a time is written as most are, {@code 2026-03-02T09:28:04.123Z}: no pattern is asked.
   */
  private static boolean isUsual(String text) {
    int last = text.length() - 1;
    if (last < USUAL.length() || last > USUAL.length() + 10 || text.charAt(last) != 'Z') {
      return false;
    }
    for (int i = 0; i < last; i++) {
      char expected = i < USUAL.length() ? USUAL.charAt(i) : i == USUAL.length() ? '.' : '0';
      char c = text.charAt(i);
      if (expected == '0' ? c < '0' || c > '9' : c != expected) {
        return false;
      }
    }
    return last != USUAL.length() + 1 && number(text, 11, 13) < 24 && number(text, 17, 19) < 60;
  }

  private static Instant usual(String text) {
    int nanos = 0;
    for (int i = USUAL.length() + 1; i < USUAL.length() + 10; i++) {
      nanos = 10 * nanos + (i < text.length() - 1 ? text.charAt(i) - '0' : 0);
    }
    return LocalDateTime.of(
            number(text, 0, 4),
            number(text, 5, 7),
            number(text, 8, 10),
            number(text, 11, 13),
            number(text, 14, 16),
            number(text, 17, 19),
            nanos)
        .toInstant(ZoneOffset.UTC);
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }

  private static Instant iso(Matcher iso) {
    String day = iso.group("day").replace("-", "");
    int hour = Integer.parseInt(iso.group("hour"));
    int minute = part(iso, "minute");
    int second = part(iso, "second");
    // The last moment of a day is the first of the next; a leap second is the one after it.
    boolean isMidnight = hour == 24 && minute == 0 && second == 0;
    boolean isLeapSecond = second == 60;
    LocalDateTime time =
        LocalDateTime.of(
                Integer.parseInt(day.substring(0, 4)),
                Integer.parseInt(day.substring(4, 6)),
                Integer.parseInt(day.substring(6)),
                isMidnight ? 0 : hour,
                minute,
                isLeapSecond ? 59 : second,
                0)
            .plusDays(isMidnight ? 1 : 0)
            .plusSeconds(isLeapSecond ? 1 : 0);
    return time.toInstant(zone(iso.group("zone"))).plusNanos(fraction(iso));
  }

  private static int part(Matcher iso, String name) {
    return iso.group(name) == null ? 0 : Integer.parseInt(iso.group(name));
  }

  /** A fraction belongs to the smallest part that is there. */
  private static long fraction(Matcher iso) {
    if (iso.group("fraction") == null) {
      return 0;
    }
    long seconds = iso.group("second") != null ? 1 : iso.group("minute") != null ? 60 : 3600;
    return new BigDecimal("0." + iso.group("fraction"))
        .multiply(BigDecimal.valueOf(seconds))
        .movePointRight(9)
        .longValue();
  }

  private static ZoneOffset zone(String text) {
    return Character.isLetter(text.charAt(0))
        ? ZoneOffset.UTC
        : ZoneOffset.of(text.replace('\u2212', '-'));
  }
}
