package io.flanstream.jobs.route;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.operators.deadletter.DeadLetters;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.serialize.EnrichedRecord;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import io.flanstream.schemas.Fidelity;
import io.flanstream.schemas.ModelInfo;
import io.flanstream.schemas.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RouteOperatorTest {
  private static final long TIME = 1_700_000_000_000L;
  private static final KafkaRecord ORIGIN =
      new KafkaRecord("in", 0, 7, TIME, null, "{}".getBytes(UTF_8), List.of());

  private OneInputStreamOperatorTestHarness<EnrichedRecord, EnrichedRecord> operator;

  @AfterEach
  void close() throws Exception {
    if (operator != null) {
      operator.close();
    }
  }

  @Test
  void theFirstConditionThatHoldsDecides() throws Exception {
    List<Route> routes =
        List.of(
            new Route("intent = 'refund' AND intent_score >= 0.9", "urgent"),
            new Route("intent = 'refund' OR seats > 2", "refunds"),
            new Route("amount = 12.5 AND `day` < DATE '2026-02-01'", "money"),
            new Route("intent IS NULL", "unlabelled"));

    assertThat(
            routed(
                routes,
                event("refund", 0.95, "9", "1", null),
                event("refund", 0.9, null, null, null),
                event("refund", 0.1, null, null, null),
                event("card", 1.0, "3", null, null),
                event("card", 1.0, "many", "12.50", "2026-01-31"),
                event("card", 1.0, "1", "12.5", "2026-02-01"),
                event(null, 0.4, null, null, null)))
        .containsExactly(1, 1, 2, 2, 3, 0, 4);
  }

  /** Values that SQL knows nothing of are neither, and an unknown is not fulfilled. */
  @Test
  void isWhatSqlMeansOverRandomEvents() throws Exception {
    Random random = new Random(11);
    List<Route> routes =
        List.of(new Route("NOT (intent = 'a')", "x"), new Route("seats <> 1 OR intent = 'a'", "y"));
    for (int i = 0; i < 20; i++) {
      String intent = random.nextBoolean() ? null : random.nextBoolean() ? "a" : "b";
      String seats = random.nextBoolean() ? null : "" + random.nextInt(3);
      int expected =
          intent != null && !intent.equals("a")
              ? 1
              : (seats != null && !seats.equals("1")) || "a".equals(intent) ? 2 : 0;

      assertThat(routed(routes, event(intent, 1.0, seats, null, null)))
          .as("%s %s", intent, seats)
          .containsExactly(expected);
    }
  }

  @Test
  void anEventOnWhichAConditionFailsIsADeadLetter() throws Exception {
    open(List.of(new Route("CAST(intent AS INT) > 5", "x")));
    operator.processElement(new StreamRecord<>(record("9"), TIME));
    operator.processElement(new StreamRecord<>(record("refund"), TIME));
    operator.processElement(new StreamRecord<>(record("3"), TIME));

    assertThat(operator.extractOutputValues())
        .extracting(EnrichedRecord::output)
        .containsExactly(1, 0);
    DeadLetter letter = operator.getSideOutput(DeadLetters.TAG).poll().getValue();
    assertThat(letter.getCode()).isEqualTo("ROUTE_FAILED");
    assertThat(letter.getMessage())
        .startsWith("Cannot route event e: sink.routes must hold for it or not, got ")
        .contains("NumberFormatException");
  }

  @Test
  void keepsTombstonesAndTimes() throws Exception {
    open(List.of(new Route("TRUE", "x")));
    operator.processElement(new StreamRecord<>(new EnrichedRecord(ORIGIN, null), TIME));
    operator.processElement(new StreamRecord<>(record("a"), TIME + 1));

    List<StreamRecord<EnrichedRecord>> out = new ArrayList<>();
    operator.getOutput().forEach(element -> out.add(streamRecord(element)));
    assertThat(out).extracting(StreamRecord::getTimestamp).containsExactly(TIME, TIME + 1);
    assertThat(out.get(0).getValue().event()).isNull();
    assertThat(out.get(1).getValue().output()).isEqualTo(1);
  }

  @SuppressWarnings("unchecked")
  private static StreamRecord<EnrichedRecord> streamRecord(Object element) {
    return (StreamRecord<EnrichedRecord>) element;
  }

  private List<Integer> routed(List<Route> routes, EnrichedEvent... events) throws Exception {
    open(routes);
    for (EnrichedEvent event : events) {
      operator.processElement(new StreamRecord<>(new EnrichedRecord(ORIGIN, event), TIME));
    }
    return operator.extractOutputValues().stream().map(EnrichedRecord::output).toList();
  }

  /** As it comes out of a job graph. */
  private void open(List<Route> routes) throws Exception {
    close();
    operator =
        new OneInputStreamOperatorTestHarness<>(
            InstantiationUtil.clone(RouteOperatorFactory.of(routes, RouteQueryTest.COLUMNS)));
    operator.open();
  }

  private static EnrichedRecord record(String intent) {
    return new EnrichedRecord(ORIGIN, event(intent, 1.0, null, null, null));
  }

  private static EnrichedEvent event(
      String intent, double score, String seats, String amount, String day) {
    List<ExtractedField> fields = new ArrayList<>();
    add(fields, "seats", seats);
    add(fields, "amount", amount);
    add(fields, "day", day);
    return EnrichedEvent.newBuilder()
        .setId("e")
        .setEventTime(Instant.ofEpochMilli(TIME))
        .setSource(new Source("in", 0, 7L))
        .setAttributes(Map.of())
        .setClassifications(
            List.of(new Classification("intent", intent, score, List.of(), intent == null)))
        .setExtractions(List.of(new Extraction("intent", fields, List.of())))
        .setStatus(List.of())
        .setFidelity(new Fidelity(1, 0, 0, 1))
        .setModel(new ModelInfo("m", "h", "float32", "v"))
        .build();
  }

  private static void add(List<ExtractedField> fields, String name, String typed) {
    if (typed != null) {
      fields.add(new ExtractedField(name, typed, 0, 1, 0.5, "t", typed));
    }
  }
}
