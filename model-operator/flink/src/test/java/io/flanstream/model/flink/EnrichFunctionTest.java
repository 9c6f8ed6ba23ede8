package io.flanstream.model.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.ChoiceScores;
import io.flanstream.model.DeviceLoss;
import io.flanstream.model.ModelException;
import io.flanstream.model.batch.Share;
import io.flanstream.model.crash.CrashSettings;
import io.flanstream.model.task.ClassificationTask;
import io.flanstream.model.task.Label;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskSet;
import io.flanstream.schemas.Source;
import io.flanstream.schemas.TextEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator in Flink's harness, with a model that answers when the test says so. */
@Timeout(300)
@SuppressWarnings("try")
class EnrichFunctionTest {
  private static final TypeSerializer<TextEvent> EVENTS =
      new AvroTypeInfo<>(TextEvent.class).createSerializer(new SerializerConfigImpl());
  private static final int SEEDS = Integer.getInteger("flanstream.interleavings", 40);
  private static final int MAX_IN_FLIGHT = 8;
  private static final long MAX_BYTES = 100;
  private static final TaskSet TASKS =
      TaskSet.of(
          List.of(ClassificationTask.of("intent", List.of(Label.of("card"), Label.of("refund")))));

  @TempDir private Path directory;
  private final TestingProvider model = new TestingProvider("enrich " + UUID.randomUUID());
  private TaskSource tasks = TaskSource.fixed(TASKS);
  private CrashSettings crash;

  /** Whatever the sizes, and the order of the answers: the bounds hold, and none is missing. */
  @ParameterizedTest
  @MethodSource("seeds")
  void everyEventIsAnsweredWithinTheBounds(long seed) throws Exception {
    Random random = new Random(seed);
    boolean ordered = random.nextBoolean();
    List<TextEvent> events =
        IntStream.range(0, 30).mapToObj(i -> event(i, 1 + random.nextInt(60))).toList();
    Answering answering = new Answering(random);
    try (OneInputStreamOperatorTestHarness<TextEvent, Enrichment<TextEvent>> operator =
        harness(ordered)) {
      operator.open();
      Thread answers = answering.start();
      for (TextEvent event : events) {
        operator.processElement(new StreamRecord<>(event));
      }
      operator.endInput();
      answers.interrupt();
      answers.join();

      assertThat(answering.mostEvents).isBetween(1, MAX_IN_FLIGHT);
      assertThat(answering.mostBytes).isLessThanOrEqualTo(MAX_BYTES);
      List<String> ids = ids(operator);
      assertThat(ids).containsExactlyInAnyOrderElementsOf(ids(events));
      if (ordered) {
        assertThat(ids).isEqualTo(ids(events));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsInFlightAtASnapshotIsAnsweredAfterIt(long seed) throws Exception {
    Random random = new Random(seed);
    List<TextEvent> events = IntStream.range(0, MAX_IN_FLIGHT).mapToObj(i -> event(i, 9)).toList();
    int answered = random.nextInt(MAX_IN_FLIGHT);
    OperatorSubtaskState state;
    List<String> before;
    try (OneInputStreamOperatorTestHarness<TextEvent, Enrichment<TextEvent>> operator =
        harness(false)) {
      operator.open();
      for (TextEvent event : events) {
        operator.processElement(new StreamRecord<>(event));
      }
      for (int i = 0; i < answered; i++) {
        model.asked.remove(random.nextInt(model.asked.size())).complete(scores());
      }
      while (operator.getOutput().size() < answered) {
        operator.getTaskMailbox().take(0).run();
      }
      state = operator.snapshot(1, 1);
      before = ids(operator);
      // As at a stop with a savepoint: the task ends, and is not failed by what it leaves.
      operator.close();
      assertThat(operator.getEnvironment().getActualExternalFailureCause()).isEmpty();
      assertThat(model.asked).allMatch(CompletableFuture::isDone);
    }
    model.asked.clear();
    try (OneInputStreamOperatorTestHarness<TextEvent, Enrichment<TextEvent>> operator =
        harness(false)) {
      operator.initializeState(state);
      operator.open();
      model.asked.forEach(answer -> answer.complete(scores()));
      operator.endInput();

      assertThat(Stream.concat(before.stream(), ids(operator).stream()))
          .containsExactlyInAnyOrderElementsOf(ids(events));
    }
  }

  @Test
  void theRecordsOwnFailureIsItsResult() throws Exception {
    try (OneInputStreamOperatorTestHarness<TextEvent, Enrichment<TextEvent>> operator =
        harness(false)) {
      operator.open();
      operator.processElement(new StreamRecord<>(event(1, 9)));
      model
          .asked
          .get(0)
          .completeExceptionally(
              new ModelException(ModelException.Code.NOT_FINITE, "Cannot answer: NaN"));
      operator.endInput();

      assertThat(operator.extractOutputValues())
          .singleElement()
          .extracting(Enrichment::failure)
          .isEqualTo(new Failure("MODEL", "NOT_FINITE", "Cannot answer: NaN", 1));
    }
  }

  /** With a journal too: what throws while an event is asked about is not the event's. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tasksThatCannotBeReadAreNoRecordsFault(boolean journal) throws Exception {
    crash = journal ? new CrashSettings(directory.toString(), "test") : null;
    tasks = () -> new BrokenFeed();
    try (OneInputStreamOperatorTestHarness<TextEvent, Enrichment<TextEvent>> operator =
        harness(false)) {
      operator.getEnvironment().setExpectedExternalFailureCause(Exception.class);
      operator.open();
      operator.processElement(new StreamRecord<>(event(1, 9)));

      assertThat(operator.getEnvironment().getActualExternalFailureCause())
          .get()
          .extracting(Throwable::getCause)
          .isInstanceOf(IllegalStateException.class)
          .extracting("message")
          .isEqualTo("Cannot read tasks topic");
      assertThat(operator.getOutput()).isEmpty();
    }
  }

  @Test
  void aLostDeviceFailsTheJobAndTheNextFindsAnotherModel() throws Exception {
    try (OneInputStreamOperatorTestHarness<TextEvent, Enrichment<TextEvent>> operator =
        harness(false)) {
      operator.getEnvironment().setExpectedExternalFailureCause(Exception.class);
      operator.open();
      operator.processElement(new StreamRecord<>(event(1, 9)));
      model.loss = new DeviceLoss("Cannot encode: gone", false);
      model
          .asked
          .get(0)
          .completeExceptionally(
              new ModelException(ModelException.Code.DEVICE_LOST, "Cannot encode: gone"));

      assertThat(operator.getEnvironment().getActualExternalFailureCause())
          .get()
          .extracting(Throwable::getCause)
          .extracting("message")
          .isEqualTo("Cannot encode: gone");
      assertThat(operator.getOutput()).isEmpty();
      model.loss = null;
      model.asked.clear();
      try (ModelLease next = SharedModels.lease(model, Duration.ZERO)) {
        assertThat(next.model()).isNotNull();
      }
      assertThat(model.opened).hasValue(2);
    }
  }

  /** An interrupt of a task that is cancelled leaves the files alone that others write, too. */
  @Test
  void anInterruptHarmsNoJournal() throws Exception {
    crash = new CrashSettings(directory.toString(), "test");
    try (OneInputStreamOperatorTestHarness<TextEvent, Enrichment<TextEvent>> cancelled =
            harness(false);
        OneInputStreamOperatorTestHarness<TextEvent, Enrichment<TextEvent>> other =
            harness(false)) {
      cancelled.open();
      other.open();
      Thread.currentThread().interrupt();
      cancelled.processElement(new StreamRecord<>(event(1, 9)));
      assertThat(Thread.interrupted()).isTrue();
      other.processElement(new StreamRecord<>(event(2, 9)));

      try (Stream<Path> files = Files.list(directory)) {
        assertThat(files.filter(file -> file.toString().endsWith(".journal")))
            .singleElement()
            .satisfies(
                file -> assertThat(Files.readString(file)).contains("test in-0-1", "test in-0-2"));
      }
      model.asked.forEach(answer -> answer.complete(scores()));
      other.endInput();
    }
  }

  static long[] seeds() {
    return new Random(2).longs(SEEDS).toArray();
  }

  private OneInputStreamOperatorTestHarness<TextEvent, Enrichment<TextEvent>> harness(
      boolean ordered) throws Exception {
    model.mayOpen.countDown();
    return new OneInputStreamOperatorTestHarness<>(
        new TestingEnrichFactory<>(
            new EnrichFunction<>(
                model,
                tasks,
                new EnrichSettings(
                    OverlongPolicy.REJECT,
                    true,
                    MAX_BYTES,
                    new ClientSettings(
                        Duration.ZERO, 1, Duration.ZERO, Share.DEFAULT, null, crash)),
                event -> event,
                event -> (long) event.getText().length()),
            MAX_IN_FLIGHT,
            ordered),
        EVENTS);
  }

  private static TextEvent event(int number, int length) {
    return new TextEvent(
        "id" + number,
        "x".repeat(length),
        Instant.EPOCH,
        new Source("in", 0, (long) number),
        Map.of());
  }

  private static ChoiceScores scores() {
    return new ChoiceScores(new double[] {-1, -2});
  }

  private static List<String> ids(List<TextEvent> events) {
    return events.stream().map(TextEvent::getId).toList();
  }

  private static List<String> ids(
      OneInputStreamOperatorTestHarness<TextEvent, Enrichment<TextEvent>> operator) {
    return ids(operator.extractOutputValues().stream().map(Enrichment::input).toList());
  }

  /** Answers in any order, and measures what is asked meanwhile. */
  private final class Answering {
    private final Random random;
    private int mostEvents;
    private long mostBytes;

    Answering(Random random) {
      this.random = new Random(random.nextLong());
    }

    Thread start() {
      Thread thread = new Thread(this::answer, "answers");
      thread.start();
      return thread;
    }

    private void answer() {
      try {
        while (true) {
          TimeUnit.MICROSECONDS.sleep(random.nextInt(500));
          List<TestingProvider.Asked> asked = List.copyOf(model.asked);
          if (!asked.isEmpty()) {
            mostEvents = Math.max(mostEvents, asked.size());
            mostBytes =
                Math.max(mostBytes, asked.stream().mapToLong(TestingProvider.Asked::bytes).sum());
            TestingProvider.Asked chosen = asked.get(random.nextInt(asked.size()));
            model.asked.remove(chosen);
            chosen.complete(scores());
          }
        }
      } catch (InterruptedException e) {
        // All is answered.
      }
    }
  }

  /** Tasks that are known at first. */
  private static final class BrokenFeed implements TaskFeed {
    private boolean read;

    @Override
    public TaskSet current() {
      if (read) {
        throw new IllegalStateException("Cannot read tasks topic");
      }
      read = true;
      return TASKS;
    }

    @Override
    public long refused() {
      return 0;
    }

    @Override
    public void close() {}
  }
}
