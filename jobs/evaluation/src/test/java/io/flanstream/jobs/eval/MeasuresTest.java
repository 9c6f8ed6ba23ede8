package io.flanstream.jobs.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flanstream.jobs.eval.CalibrationError.Guess;
import io.flanstream.jobs.eval.Measures.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Figures counted by hand. */
class MeasuresTest {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final List<Pair<String>> PAIRS =
      List.of(
          new Pair<>(Set.of("a"), Set.of("a")),
          new Pair<>(Set.of("a"), Set.of("b")),
          new Pair<>(Set.of("b"), Set.of("b")),
          new Pair<>(Set.of("a"), Set.of()),
          new Pair<>(Set.of(), Set.of("a")));

  @Test
  void countsAreThoseOfAHand() {
    Measures measures = Measures.of(NAMES, PAIRS, Function.identity());
    assertThat(measures.each())
        .containsExactly(
            new Measure("a", 3, 2, 1, 1 / 2.0, 1 / 3.0, 2 / 5.0),
            new Measure("b", 1, 2, 1, 1 / 2.0, 1.0, 2 / 3.0),
            new Measure("c", 0, 0, 0, 0, 0, 0));
    assertThat(measures.macroF1()).isCloseTo((2 / 5.0 + 2 / 3.0) / 2, within(1e-12));
    assertThat(measures.all()).isEqualTo(new Measure("all", 4, 4, 2, 0.5, 0.5, 0.5));
  }

  @Test
  void macroF1DependsOnNoOrderAndOnNoRepetition() {
    Measures measures = Measures.of(NAMES, PAIRS, Function.identity());
    List<Pair<String>> twice = new ArrayList<>(PAIRS);
    twice.addAll(PAIRS);
    Collections.reverse(twice);
    assertThat(Measures.of(List.of("c", "b", "a"), twice, Function.identity()).macroF1())
        .isCloseTo(measures.macroF1(), within(1e-12));
  }

  @Test
  void calibratedScoresHaveNoErrorAndSureMistakesAllOfIt() {
    List<Guess> calibrated =
        IntStream.range(0, 100).mapToObj(i -> new Guess(0.75, i % 4 != 0)).toList();
    assertThat(CalibrationError.of(calibrated).error()).isCloseTo(0, within(1e-12));
    assertThat(CalibrationError.of(List.of(new Guess(1, false))).error()).isEqualTo(1);
    assertThat(CalibrationError.of(List.of()).error()).isZero();
    // Two bins: |1/2 - 0.9| x 2 of 3, |1 - 0.2| x 1 of 3.
    assertThat(
            CalibrationError.of(
                    List.of(new Guess(0.9, true), new Guess(0.9, false), new Guess(0.2, true)))
                .error())
        .isCloseTo((0.8 + 0.8) / 3, within(1e-12));
  }
}
