package io.flanstream.operators.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTimesTest {
  private static final EventTimes TIMES = new EventTimes(null);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-03-02T10:14:05.000+0000      | 2026-03-02T10:14:05Z",
        "2026-03-02 10:14:05Z              | 2026-03-02T10:14:05Z",
        "2026-03-02T10:14:05,123Z          | 2026-03-02T10:14:05.123Z",
        "2026-03-02t10:14:05z              | 2026-03-02T10:14:05Z",
        "2026-03-02 10:14:05 UTC           | 2026-03-02T10:14:05Z",
        "2026-03-02 10:14:05 +01:00        | 2026-03-02T09:14:05Z",
        "2026-03-02T10:14:05+01            | 2026-03-02T09:14:05Z",
        "2026-03-02T10:14:05+01:00[Europe/Paris] | 2026-03-02T09:14:05Z",
        "2026-03-02T10:14:05\u22120330    | 2026-03-02T13:44:05Z",
        "20260302T101405Z                  | 2026-03-02T10:14:05Z",
        "20260302T101405.5+0530            | 2026-03-02T04:44:05.500Z",
        "2026-03-02T10:14Z                 | 2026-03-02T10:14:00Z",
        "2026-03-02T10:14,5Z               | 2026-03-02T10:14:30Z",
        "2026-03-02T24:00:00Z              | 2026-03-03T00:00:00Z",
        "2016-12-31T23:59:60Z              | 2017-01-01T00:00:00Z",
        "2026-03-02T10:14:05.12345678901Z  | 2026-03-02T10:14:05.123456789Z",
        "Mon, 2 Mar 2026 10:14:05 GMT      | 2026-03-02T10:14:05Z",
        "1772445245000                     | 2026-03-02T09:54:05Z",
        "-1500                             | 1969-12-31T23:59:58.500Z",
      })
  void readsTimesAsTheWorldWritesThem(String text, Instant time) {
    assertThat(TIMES.read(text.replace("\\u2212", "\u2212"))).contains(time);
  }

  /** Times in UTC with any fraction are those of the JDK's own reader. */
  @Test
  void readsInstantsAsTheJdkDoes() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      String seconds =
          String.format(
              Locale.ROOT,
              "%04d-%02d-%02dT%02d:%02d:%02d",
              1 + random.nextInt(9999),
              1 + random.nextInt(12),
              1 + random.nextInt(28),
              random.nextInt(24),
              random.nextInt(60),
              random.nextInt(60));
      String fraction = Integer.toString(1_000_000_000 + random.nextInt(1_000_000_000));
      int digits = random.nextInt(10);
      String text = seconds + (digits == 0 ? "" : "." + fraction.substring(1, 1 + digits)) + "Z";
      Instant time = Instant.parse(text);
      if (time.isBefore(Instant.parse("9999-12-31T23:59:59.999Z"))) {
        assertThat(TIMES.read(text)).as(text).contains(time);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2026-03-02",
        "2026-03-02T10:14:05",
        "2026-0302T10:14:05Z",
        "2026-02-30T00:00:00Z",
        "2026-03-02T25:00:00Z",
        "2026-03-02T24:00:01Z",
        "2026-03-02T10:14:05+99:00",
        "0000-01-01T00:00:00Z",
        "1772445245",
        "1772445245000000",
        "1e12",
        "١٧٧٢٤٤٥٢٤٥٠٠٠"
      })
  void refusesWhatIsNoTimeOrCouldBeTwo(String text) {
    assertThat(TIMES.read(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "SECONDS, 1772445245, 2026-03-02T09:54:05Z",
    "SECONDS, 1772445245.25, 2026-03-02T09:54:05.250Z",
    "SECONDS, -0.5, 1969-12-31T23:59:59.500Z",
    "MILLISECONDS, 1772445245, 1970-01-21T12:20:45.245Z",
    "MICROSECONDS, 1772445245000001, 2026-03-02T09:54:05.000001Z",
    "NANOSECONDS, 1772445245000000001, 2026-03-02T09:54:05.000000001Z",
  })
  void theUnitSaysWhatANumberCounts(EventTimeUnit unit, BigDecimal number, Instant time) {
    EventTimes times = new EventTimes(unit);
    assertThat(times.read(number)).contains(time);
    assertThat(times.read(number.toPlainString())).contains(time);
    if (number.scale() <= 0) {
      assertThat(times.read(number.longValueExact())).contains(time);
    }
  }

  @Test
  void whatJavaWritesIsReadBack() {
    List<DateTimeFormatter> forms =
        List.of(
            DateTimeFormatter.ISO_OFFSET_DATE_TIME,
            DateTimeFormatter.ISO_INSTANT,
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss,SSSSSSSSSxx", Locale.ROOT),
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSSSSSSSSxx", Locale.ROOT));
    Random random = new Random(7);
    for (int i = 0; i < 5000; i++) {
      OffsetDateTime time =
          Instant.ofEpochSecond(
                  random.nextLong(-62_000_000_000L, 253_000_000_000L),
                  random.nextInt(1_000_000_000))
              .atOffset(ZoneOffset.ofTotalSeconds(60 * random.nextInt(-1080, 1081)));
      for (DateTimeFormatter form : forms) {
        assertThat(TIMES.read(form.format(time))).as(form.format(time)).contains(time.toInstant());
      }
    }
  }

  /** Records are anybody's: no number takes more than a moment. */
  @ParameterizedTest
  @ValueSource(strings = {"1e999999999", "1e-999999999", "9e99"})
  void hugeNumbersAreRefusedAtOnce(String number) {
    assertThat(TIMES.read(new BigDecimal(number))).isEmpty();
    assertThat(TIMES.read(BigInteger.TEN.pow(2000))).isEmpty();
    assertThat(TIMES.read(Double.MAX_VALUE)).isEmpty();
  }
}
