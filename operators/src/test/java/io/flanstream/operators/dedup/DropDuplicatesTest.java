package io.flanstream.operators.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.operators.deadletter.ReplayHeader;
import io.flanstream.operators.ingest.SourcedEvent;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.TextEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DropDuplicatesTest {
  private static final Duration WITHIN = Duration.ofMinutes(1);
  private static final long NOON = Instant.parse("2026-01-31T12:00:00Z").toEpochMilli();

  private KeyedOneInputStreamOperatorTestHarness<String, SourcedEvent, SourcedEvent> operator;
  private long offset;

  @BeforeEach
  void open() throws Exception {
    operator = harness();
    operator.open();
  }

  @AfterEach
  void close() throws Exception {
    operator.close();
  }

  @Test
  void theFirstOfAnIdPassesAndTheNextAfterTheTime() throws Exception {
    send("a", 0);
    send("b", 1);
    send("a", 40);
    send("a", 60);
    send("a", 61);
    send("a", 100);

    assertThat(passed()).containsExactly("a at 0", "b at 1", "a at 61");
    assertThat(
            operator
                .getEnvironment()
                .getAccumulatorRegistry()
                .getUserMap()
                .get(DropDuplicatesFunction.DUPLICATES)
                .getLocalValue())
        .isEqualTo(3L);
  }

  /** Another partition's record may be read first that was written last. */
  @Test
  void whichOfTwoIsReadFirstDoesNotMatter() throws Exception {
    send("a", 100);
    send("a", 40);
    send("a", 39);

    assertThat(passed()).containsExactly("a at 100", "a at 39");
  }

  @Test
  void whatWasSentAgainAfterItFailedPasses() throws Exception {
    send("a", 0);
    send("a", 1, ReplayHeader.of(1));
    send("a", 2, ReplayHeader.of(2));
    send("a", 61);
    send("a", 63);

    assertThat(passed()).containsExactly("a at 0", "a at 1", "a at 2", "a at 63");
  }

  @Test
  void whatHasNoIdOfItsOwnPassesAndLeavesNoState() throws Exception {
    send(null, 0);
    send(null, 0);
    send("in-0-2", 0);

    assertThat(passed()).hasSize(3);
    assertThat(operator.numKeyedStateEntries()).isZero();
  }

  /** The clock clears what the time of records no longer needs, though no such record comes. */
  @Test
  void anIdIsForgottenInTime() throws Exception {
    send("a", 0);
    operator.setStateTtlProcessingTime(WITHIN.toMillis() - 1);
    OperatorSubtaskState before = operator.snapshot(1, 1);
    operator.setStateTtlProcessingTime(WITHIN.toMillis());
    OperatorSubtaskState after = operator.snapshot(2, 2);

    assertThat(entriesOf(before)).isOne();
    assertThat(entriesOf(after)).isZero();
  }

  @Test
  void anIdIsKnownAfterARestart() throws Exception {
    send("a", 0);
    OperatorSubtaskState state = operator.snapshot(1, 1);
    operator.close();
    operator = harness();
    operator.initializeState(state);
    operator.open();

    send("a", 1);
    send("b", 1);

    assertThat(passed()).containsExactly("b at 1");
  }

  private static int entriesOf(OperatorSubtaskState state) throws Exception {
    var restored = harness();
    restored.initializeState(state);
    restored.open();
    int entries = restored.numKeyedStateEntries();
    restored.close();
    return entries;
  }

  private void send(String id, long second, KafkaHeader... headers) throws Exception {
    KafkaRecord record =
        new KafkaRecord("in", 0, offset++, NOON + second * 1000, null, null, List.of(headers));
    TextEvent event =
        id == null ? null : new TextEvent(id, "text", Instant.EPOCH, record.source(), Map.of());
    operator.processElement(new SourcedEvent(record, event), 0);
  }

  private List<String> passed() {
    return operator.extractOutputValues().stream()
        .map(
            event ->
                "%s at %s"
                    .formatted(
                        DropDuplicatesFunction.key(event),
                        (event.origin().timestamp() - NOON) / 1000))
        .toList();
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, SourcedEvent, SourcedEvent>
      harness() throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new DropDuplicatesFunction(WITHIN)),
        DropDuplicatesFunction::key,
        Types.STRING);
  }
}
