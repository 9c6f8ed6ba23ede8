package io.flanstream.jobs.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.Source;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterFilterTest {
  private static final StoredDeadLetter LETTER =
      new StoredDeadLetter(
          Instant.parse("2026-03-02T09:14:05Z"),
          0,
          7,
          DeadLetter.newBuilder()
              .setSource(new Source("in", 1, 7L))
              .setKey(ByteBuffer.wrap("k".getBytes(StandardCharsets.UTF_8)))
              .setPayloadLength(0)
              .setPayloadHash("")
              .setHeaders(List.of())
              .setStage("MODEL")
              .setCode("TIMEOUT")
              .setMessage("")
              .setAttempts(3)
              .build());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stage=MODEL | true",
        "stage = DECODE,MODEL | true",
        "stage=DECODE | false",
        "code!=TIMEOUT | false",
        "code!=INVALID_JSON | true",
        "id=in-1-7 | true",
        "id=in-1-8 | false",
        "key=k | true",
        "partition=1 | true",
        "attempts=1 | false",
        "time>=2026-03-02T09:14:05Z | true",
        "time<2026-03-02T09:14:05Z | false",
        "time<2026-03-02T10:14:06+01:00 | true"
      })
  void choosesByWhatIsWritten(String condition, boolean chosen) {
    assertThat(DeadLetterFilter.parse(List.of(condition)).test(LETTER)).isEqualTo(chosen);
  }

  @Test
  void allConditionsMustHold() {
    assertThat(DeadLetterFilter.parse(List.of()).test(LETTER)).isTrue();
    assertThat(DeadLetterFilter.parse(List.of("stage=MODEL", "code=X")).test(LETTER)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "stage", "stag=MODEL", "stage>=MODEL", "stage<X", "time=5", "time<noon"})
  void refusesWhatItCannotRead(String condition) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeadLetterFilter.parse(List.of(condition)))
        .withMessageStartingWith("Cannot choose dead letters: a condition must be one of id, key,")
        .withMessageEndingWith("got " + condition);
  }
}
