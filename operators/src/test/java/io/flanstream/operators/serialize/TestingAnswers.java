package io.flanstream.operators.serialize;

import io.flanstream.operators.answers.AnswerColumn;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import io.flanstream.schemas.Fidelity;
import io.flanstream.schemas.ModelInfo;
import io.flanstream.schemas.Source;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Columns of two tasks, and an event with their answers. */
final class TestingAnswers {
  static final List<AnswerColumn> COLUMNS =
      List.of(
          column("intent", null, AnswerColumn.Content.LABEL, AnswerColumn.Type.STRING),
          column("intent_score", null, AnswerColumn.Content.SCORE, AnswerColumn.Type.DOUBLE),
          column("order-id", "order-id", AnswerColumn.Content.VALUE, AnswerColumn.Type.STRING),
          column("count", "count", AnswerColumn.Content.TYPED_VALUE, AnswerColumn.Type.BIGINT),
          column("sum", "sum", AnswerColumn.Content.TYPED_VALUE, AnswerColumn.Type.DECIMAL),
          column("day", "day", AnswerColumn.Content.TYPED_VALUE, AnswerColumn.Type.DATE),
          column("none", "none", AnswerColumn.Content.VALUE, AnswerColumn.Type.STRING));

  static final String JSON =
      """
      {"id":"id-1","event_time":"2026-03-02T09:14:05.120Z","intent":"refund",\
      "intent_score":0.75,"order-id":"A 1","count":3,"sum":12.5,"day":"2026-01-31","none":null}""";

  private TestingAnswers() {}

  static EnrichedEvent event() {
    return EnrichedEvent.newBuilder()
        .setId("id-1")
        .setEventTime(Instant.parse("2026-03-02T09:14:05.120Z"))
        .setSource(new Source("in", 1, 7L))
        .setAttributes(Map.of())
        .setText("text")
        .setClassifications(
            List.of(
                new Classification("other", "x", 0.1, List.of(), false),
                new Classification("intent", "refund", 0.75, List.of(), false),
                new Classification("intent", "second", 0.5, List.of(), false)))
        .setExtractions(
            List.of(
                new Extraction(
                    "intent",
                    List.of(
                        field("order-id", "A 1", null),
                        field("count", "three", "3"),
                        field("sum", "12.50 €", "12.5"),
                        field("day", "31 January 2026", "2026-01-31")),
                    List.of("none"))))
        .setStatus(List.of())
        .setFidelity(new Fidelity(1, 0, 0, 1))
        .setModel(new ModelInfo("m", "h", "float32", "v"))
        .build();
  }

  private static AnswerColumn column(
      String name, String field, AnswerColumn.Content content, AnswerColumn.Type type) {
    return new AnswerColumn(name, "intent", field, content, type);
  }

  private static ExtractedField field(String name, String value, String typed) {
    return new ExtractedField(name, value, 0, 1, 0.5, typed == null ? null : "t", typed);
  }
}
