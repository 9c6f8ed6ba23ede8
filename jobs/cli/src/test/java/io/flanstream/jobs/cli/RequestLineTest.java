package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;

class RequestLineTest {

  @Test
  void keepsTheIdAsItWasGiven() {
    assertThat(line("{\"id\": 7}").id().isInt()).isTrue();
    assertThat(line("{\"id\": \"7\"}").id().textValue()).isEqualTo("7");
    assertThat(line("{}").id().isNull()).isTrue();
  }

  @Test
  void takesAByteOrderMarkBeforeTheFirstLine() {
    assertThat(line("\uFEFF{\"id\": 7}").id().isInt()).isTrue();
    assertThatExceptionOfType(LineException.class)
        .isThrownBy(() -> RequestLine.parse(2, "\uFEFF{}".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void refusesWhatIsNoJsonObject() {
    refused("INVALID_JSON", "{\"id\":").withMessageContaining("column");
    refused("INVALID_JSON", "{} {}");
    refused("INVALID_JSON", "[1]")
        .withMessage("Cannot read line: it must be a JSON object, got ARRAY");
    assertThatExceptionOfType(LineException.class)
        .isThrownBy(() -> RequestLine.parse(1, new byte[] {'{', (byte) 0xff, '}'}))
        .withMessage("Cannot read line: it must be UTF-8");
  }

  @Test
  void refusesTextThatIsNoText() {
    assertThat(line("{\"t\": \"ñ \\ud83d\\ude00\"}").text("t")).isEqualTo("ñ 😀");
    assertThatExceptionOfType(LineException.class)
        .isThrownBy(() -> line("{}").text("t"))
        .withMessage("Cannot answer: t must be a string, got none");
    assertThatExceptionOfType(LineException.class)
        .isThrownBy(() -> line("{\"t\": \"\\ud800\"}").text("t"))
        .withMessage("Cannot answer: t must be Unicode, got half of a surrogate pair");
    assertThatExceptionOfType(LineException.class)
        .isThrownBy(() -> line("{\"t\": [\"a\", 1]}").texts("t"))
        .withMessage("Cannot answer: t[1] must be a string, got 1");
  }

  private static RequestLine line(String text) {
    return RequestLine.parse(1, text.getBytes(StandardCharsets.UTF_8));
  }

  private static ThrowableAssertAlternative<LineException> refused(String code, String text) {
    return assertThatExceptionOfType(LineException.class)
        .isThrownBy(() -> line(text))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }
}
