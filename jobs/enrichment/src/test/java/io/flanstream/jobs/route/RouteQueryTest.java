package io.flanstream.jobs.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.operators.answers.AnswerColumn;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteQueryTest {
  static final List<AnswerColumn> COLUMNS =
      List.of(
          column("intent", AnswerColumn.Content.LABEL, AnswerColumn.Type.STRING),
          column("intent_score", AnswerColumn.Content.SCORE, AnswerColumn.Type.DOUBLE),
          column("order-id", AnswerColumn.Content.VALUE, AnswerColumn.Type.STRING),
          column("seats", AnswerColumn.Content.TYPED_VALUE, AnswerColumn.Type.BIGINT),
          column("amount", AnswerColumn.Content.TYPED_VALUE, AnswerColumn.Type.DECIMAL),
          column("day", AnswerColumn.Content.TYPED_VALUE, AnswerColumn.Type.DATE));

  private static RouteQuery query;

  @BeforeAll
  static void open() {
    query = new RouteQuery(COLUMNS);
  }

  static AnswerColumn column(String name, AnswerColumn.Content content, AnswerColumn.Type type) {
    return new AnswerColumn(name, "intent", name, content, type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "intent = 'refund' AND intent_score >= 0.9",
        "`order-id` LIKE 'A%' OR seats BETWEEN 2 AND 4",
        "amount > 12.5 AND `day` < DATE '2026-01-31'",
        "intent IS NULL",
        "event_time > TIMESTAMP '2026-01-01 00:00:00' AND id <> ''",
        "LOWER(intent) IN ('a', 'b') -- of two",
        "TRUE"
      })
  void takesConditions(String when) {
    assertThat(query.violation(when)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "intnet = 'refund'|must name columns of the answers, and intnet is none; did you mean intent? (line 1, column 1)",
        "1 = 1 AND colour = 'red'|must name columns of the answers, and colour is none; they are id, event_time, intent, intent_score, order-id, seats, amount, day (line 1, column 11)",
        "intent|must be true or false for an event, which STRING is not",
        "intent = AND|must be a Flink SQL condition: Encountered \"= AND\" (line 1, column 8)",
        "intent_score >|must be a Flink SQL condition: Encountered \"> <EOF>\" (line 1, column 14)"
      })
  void refusesWhatIsNoCondition(String when, String rule) {
    assertThat(query.violation(when)).contains(rule);
  }

  /** More than an expression over one event, or more than one expression. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "TRUE) THEN 1 END FROM answers; DROP TABLE answers --",
        "COUNT(*) > 1",
        "EXISTS (SELECT 1 FROM answers)",
        "intent IN (SELECT intent FROM answers)",
        "ROW_NUMBER() OVER (ORDER BY id) = 1",
        "TRUE; TRUE",
        "",
        "record_time IS NULL"
      })
  void refusesWhatIsMore(String when) {
    assertThat(query.violation(when)).isPresent();
  }

  @Test
  void compilesSeveral() {
    assertThat(query.operator(List.of(new Route("intent = 'a'", "x"), new Route("TRUE", "y"))))
        .isNotNull();
  }
}
