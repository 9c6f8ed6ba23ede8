package io.flanstream.operators.serialize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.operators.deadletter.DeadLetters;
import io.flanstream.operators.deadletter.OriginalRecord;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.ingest.FieldPath;
import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.DeadLetter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadRedactionTest {
  private static final PayloadRedaction REDACTION =
      new PayloadRedaction(
          PayloadFormat.JSON, List.of(FieldPath.parse("text"), FieldPath.parse("/from/iban")));

  @Test
  void hidesFieldsAndTheMessagesQuote() {
    DeadLetter letter =
        letter(
            "{\"id\":7,\"text\":{\"a\":1},\"from\":{\"iban\":\"DE1\",\"name\":\"Ann\"}}",
            Reason.INVALID_TEXT,
            "Cannot use record: \"text\" must be a string, got {\"a\":1}");

    DeadLetter redacted = REDACTION.redact(letter);

    assertThat(UTF_8.decode(redacted.getPayload()).toString())
        .isEqualTo(
            "{\"id\":7,\"text\":\"[redacted]\",\"from\":{\"iban\":\"[redacted]\",\"name\":\"Ann\"}}");
    assertThat(redacted.getMessage())
        .isEqualTo("Cannot use record: \"text\" must be a string, got [redacted]");
    assertThat(redacted.getPayloadHash()).isEqualTo(letter.getPayloadHash());
    assertThat(redacted.getPayloadLength()).isEqualTo(letter.getPayloadLength());
    assertThat(OriginalRecord.missing(letter)).isEmpty();
    assertThat(OriginalRecord.missing(redacted).orElseThrow())
        .isEqualTo("text, /from/iban redacted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"text\": \"secr", "[\"secret\"]", "secret", ""})
  void leavesOutWhatItCannotReadAndAMessageThatMayQuoteIt(String payload) {
    DeadLetter redacted =
        REDACTION.redact(letter(payload, Reason.INVALID_JSON, "Unrecognized token 'secret'"));

    assertThat(redacted.getPayload()).isNull();
    assertThat(redacted.getMessage()).isEqualTo("[redacted]");
    assertThat(redacted.getCode()).isEqualTo("INVALID_JSON");
  }

  @Test
  void keepsEverythingWhereNothingIsToBeHidden() {
    DeadLetter letter = letter("{\"text\":5}", Reason.INVALID_TEXT, "must be a string, got 5");

    assertThat(new PayloadRedaction(PayloadFormat.JSON, List.of()).redact(letter))
        .isEqualTo(letter);
  }

  @Test
  void nothingOfTheRecordStaysWhereEverythingIsHidden() {
    KafkaRecord record =
        new KafkaRecord(
            "in",
            1,
            7L,
            0L,
            "Ann".getBytes(UTF_8),
            "{\"other\":\"Ann\"}".getBytes(UTF_8),
            List.of(new KafkaHeader("who", "Ann".getBytes(UTF_8))));
    DeadLetter letter =
        DeadLetters.of(record, Reason.INVALID_TEXT, "\"text\" must be a string, got Ann");

    DeadLetter redacted = PayloadRedaction.everything().redact(letter);

    assertThat(redacted.toString()).doesNotContain("Ann");
    assertThat(redacted.getSource()).isEqualTo(letter.getSource());
    assertThat(redacted.getPayloadHash()).isEqualTo(letter.getPayloadHash());
    assertThat(redacted.getMessage()).isEqualTo("\"text\" must be a string, got [redacted]");
    assertThat(OriginalRecord.missing(redacted)).isPresent();
    assertThat(
            PayloadRedaction.everything()
                .redact(DeadLetters.of(record, Reason.INVALID_JSON, "Unrecognized token 'Ann'"))
                .getMessage())
        .isEqualTo("[redacted]");
  }

  private static DeadLetter letter(String payload, Reason reason, String message) {
    KafkaRecord record = new KafkaRecord("in", 1, 7L, 0L, null, payload.getBytes(UTF_8), List.of());
    return DeadLetters.of(record, reason, message);
  }
}
