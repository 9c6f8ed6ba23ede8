package io.flanstream.model.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SpanTest {
  private static final String FLAG = "\uD83C\uDFF4\uDB40\uDC67\uDB40\uDC62\uDB40\uDC7F";

  @ParameterizedTest
  @MethodSource("edges")
  void beginsAndEndsInWhatCanBeSeen(String text, String visible) {
    int at = text.codePointCount(0, text.indexOf(visible));
    assertThat(new Span(text, 10, 10 + text.codePointCount(0, text.length())).visible())
        .contains(
            new Span(visible, 10 + at, 10 + at + visible.codePointCount(0, visible.length())));
  }

  static Stream<Arguments> edges() {
    return Stream.of(
        Arguments.of(" \u200dBj\u00f6rk\u200b", "Bj\u00f6rk"),
        Arguments.of("\u0000adele", "adele"),
        Arguments.of("\uFEFF8\u202fpm\u00a0", "8\u202fpm"),
        Arguments.of("\u202a\u2066Anna\u2069\u202c", "Anna"),
        Arguments.of("\u3000\u2800\u3164x\u00ad", "x"),
        Arguments.of("\u2764\ufe0f", "\u2764\ufe0f"),
        Arguments.of(FLAG, FLAG),
        Arguments.of("\uD83D\uDC69\u200D\uD83D\uDCBB ", "\uD83D\uDC69\u200D\uD83D\uDCBB"));
  }

  @Property
  void isItselfTheNextTime(@ForAll String text) {
    Span span = new Span(text, 3, 3 + text.codePointCount(0, text.length()));
    span.visible()
        .ifPresent(
            visible -> {
              assertThat(visible.visible()).contains(visible);
              int[] points = text.codePoints().toArray();
              assertThat(visible.value())
                  .isEqualTo(
                      new String(points, visible.start() - 3, visible.end() - visible.start()));
            });
  }
}
