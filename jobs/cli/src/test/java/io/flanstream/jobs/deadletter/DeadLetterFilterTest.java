package io.flanstream.jobs.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.Source;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
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
              .setKey(ByteBuffer.wrap("k".getBytes(UTF_8)))
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
        "event=order-7 | true",
        "event!=order-7 | false",
        "key=k | true",
        "partition=1 | true",
        "attempts=1 | false",
        "time>=2026-03-02T09:14:05Z | true",
        "time<2026-03-02T09:14:05Z | false",
        "time<2026-03-02T10:14:06+01:00 | true"
      })
  void choosesByWhatIsWritten(String condition, boolean chosen) {
    assertThat(parse(condition).test(LETTER)).isEqualTo(chosen);
  }

  @Test
  void allConditionsMustHold() {
    assertThat(parse().test(LETTER)).isTrue();
    assertThat(parse("stage=MODEL", "code=X").test(LETTER)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "stage", "stag=MODEL", "stage>=MODEL", "stage<X", "time=5", "time<noon"})
  void refusesWhatItCannotRead(String condition) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(condition))
        .withMessageStartingWith(
            "Cannot choose dead letters: a condition must be one of id, event,")
        .withMessageEndingWith("got " + condition);
  }

  @Test
  void findsTheIdOfTheEventInWhatWasRefused() {
    Pipeline pipeline =
        PipelineFile.parse(
            """
            name: test
            kafka: { bootstrap-servers: "localhost:1" }
            source: { topic: in, id: /order/number, text: /order/note }
            model: { path: model }
            tasks: [ { name: intent, type: classification, labels: [a, b] } ]
            sink: { topic: out }
            dead-letters: { topic: dead }
            """,
            "pipeline.yaml",
            Path.of(""));
    DeadLetter letter = DeadLetter.newBuilder(LETTER.letter()).build();
    letter.setPayload(
        ByteBuffer.wrap("{\"order\": {\"number\": 17, \"note\": \" \"}}".getBytes(UTF_8)));
    StoredDeadLetter stored = new StoredDeadLetter(LETTER.time(), 0, 7, letter);
    StoredDeadLetter none = new StoredDeadLetter(LETTER.time(), 0, 8, LETTER.letter());

    assertThat(DeadLetterFilter.parse(List.of("event=17"), pipeline).test(stored)).isTrue();
    assertThat(DeadLetterFilter.parse(List.of("event=18"), pipeline).test(stored)).isFalse();
    assertThat(DeadLetterFilter.parse(List.of("event=17"), pipeline).test(none)).isFalse();
  }

  private static Predicate<StoredDeadLetter> parse(String... conditions) {
    return DeadLetterFilter.parse(List.of(conditions), letter -> "order-7");
  }
}
