package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.expressions.CallExpression;
import org.apache.flink.table.expressions.FieldReferenceExpression;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.functions.BuiltInFunctionDefinition;
import org.apache.flink.table.functions.BuiltInFunctionDefinitions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTimeTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final RecordTime TIME = new RecordTime(3, BERLIN);

  /** On the days when clocks go on, and back: no record that fulfils the condition is before. */
  @ParameterizedTest
  @ValueSource(strings = {"2026-03-29T00:00:00Z", "2026-10-25T00:00:00Z"})
  void localTimesAreBoundsWhateverTheClockDoes(String begin) {
    List<Instant> instants =
        IntStream.range(0, 240)
            .mapToObj(minute -> Instant.parse(begin).plus(Duration.ofMinutes(minute)))
            .toList();
    LocalDateTime first = LocalDateTime.ofInstant(instants.get(0), BERLIN);
    for (int minute = 0; minute < 300; minute++) {
      LocalDateTime literal = first.plusMinutes(minute);
      long bound = TIME.earliest(atLeast(new ValueLiteralExpression(literal))).orElseThrow();
      assertThat(instants)
          .filteredOn(time -> !LocalDateTime.ofInstant(time, BERLIN).isBefore(literal))
          .allSatisfy(time -> assertThat(time.toEpochMilli()).isGreaterThanOrEqualTo(bound));
    }
  }

  /** Kafka takes -1 and -2 for the end and the start of a topic. */
  @Test
  void timesThatMeanSomethingElseToKafkaAreNoBounds() {
    assertThat(TIME.earliest(atLeast(new ValueLiteralExpression(Instant.ofEpochMilli(-1)))))
        .isEmpty();
    assertThat(TIME.earliest(atLeast(new ValueLiteralExpression(Instant.ofEpochMilli(1)))))
        .isEqualTo(OptionalLong.of(1));
  }

  @Test
  void onlyTheColumnIsMeant() {
    ResolvedExpression literal = new ValueLiteralExpression(Instant.ofEpochMilli(1_000));
    assertThat(TIME.earliest(greater(column(2), literal))).isEmpty();
    assertThat(TIME.earliest(greater(literal, column(3)))).isEmpty();
    assertThat(TIME.earliest(greater(column(3), literal))).hasValue(1_000);
  }

  @Test
  void alternativesAreBoundByTheEarliest() {
    ResolvedExpression early = atLeast(new ValueLiteralExpression(Instant.ofEpochMilli(1_000)));
    ResolvedExpression late = atLeast(new ValueLiteralExpression(Instant.ofEpochMilli(2_000)));
    ResolvedExpression other = greater(column(0), new ValueLiteralExpression(1));
    assertThat(TIME.earliest(call(BuiltInFunctionDefinitions.OR, early, late))).hasValue(1_000);
    assertThat(TIME.earliest(call(BuiltInFunctionDefinitions.OR, late, other))).isEmpty();
    assertThat(TIME.earliest(call(BuiltInFunctionDefinitions.AND, early, late, other)))
        .hasValue(2_000);
    assertThat(TIME.earliest(call(BuiltInFunctionDefinitions.NOT, late))).isEmpty();
  }

  private static ResolvedExpression atLeast(ResolvedExpression literal) {
    return call(BuiltInFunctionDefinitions.GREATER_THAN_OR_EQUAL, column(3), literal);
  }

  private static ResolvedExpression greater(ResolvedExpression left, ResolvedExpression right) {
    return call(BuiltInFunctionDefinitions.GREATER_THAN, left, right);
  }

  private static ResolvedExpression column(int index) {
    return new FieldReferenceExpression("any", DataTypes.TIMESTAMP_LTZ(3), 0, index);
  }

  private static ResolvedExpression call(
      BuiltInFunctionDefinition function, ResolvedExpression... operands) {
    return CallExpression.permanent(function, List.of(operands), DataTypes.BOOLEAN());
  }
}
