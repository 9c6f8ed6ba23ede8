package io.flanstream.jobs.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class TextOverlapTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // The example of rouge-score's own page (google-research, rouge/README.md): F 0.588.
        "The quick brown fox jumps over the lazy dog|the quick brown dog jumps on the log.|0.588235",
        "police killed the gunman|police kill the gunman|0.75",
        "police killed the gunman|the gunman kill police|0.5",
        "Łódź, 5 o’clock|łódź 5 o clock|1",
        "one|two|0"
      })
  void rougeLIsThatOfTheField(String right, String given, double expected) {
    assertThat(TextOverlap.rougeL(right, given)).isCloseTo(expected, within(1e-6));
  }

  /** By rouge-score 0.1.2; src/dev/python/eval/rouge.py writes them. */
  @ParameterizedTest
  @CsvFileSource(resources = "/eval/rouge-l.tsv", delimiter = '\t', quoteCharacter = '`')
  void rougeLIsThatOfRougeScore(String right, String given, double expected) {
    assertThat(TextOverlap.rougeL(right, given)).isCloseTo(expected, within(1e-8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "The Eiffel Tower|eiffel tower!|1|1",
        "in the year 1912|1912|0|0.5",
        "to be to|to to to|0|0.666667",
        "yes|no|0|0"
      })
  void matchesAreThoseOfSquad(String right, String given, double exact, double f1) {
    assertThat(TextOverlap.exactMatch(right, given)).isEqualTo(exact);
    assertThat(TextOverlap.tokenF1(right, given)).isCloseTo(f1, within(1e-6));
  }

  @Test
  void theNearestOfSeveralRightAnswersCounts() {
    assertThat(TextOverlap.best(List.of("four", "4"), "4", TextOverlap::exactMatch)).isEqualTo(1);
    assertThat(TextOverlap.best(List.of("four"), null, TextOverlap::rougeL)).isZero();
  }

  @Property(tries = 300)
  void overlapsAreSymmetricAndOneForTheSameText(
      @ForAll @StringLength(max = 40) String one, @ForAll @StringLength(max = 40) String other) {
    assertThat(TextOverlap.rougeL(one, one)).isEqualTo(1);
    assertThat(TextOverlap.rougeL(one, other))
        .isEqualTo(TextOverlap.rougeL(other, one))
        .isBetween(0.0, 1.0);
    assertThat(TextOverlap.tokenF1(one, other))
        .isEqualTo(TextOverlap.tokenF1(other, one))
        .isGreaterThanOrEqualTo(TextOverlap.exactMatch(one, other));
  }
}
