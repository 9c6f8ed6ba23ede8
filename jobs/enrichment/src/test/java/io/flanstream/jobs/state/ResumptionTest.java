package io.flanstream.jobs.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.pipeline.Position;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of what lies in a state directory a run goes on from. */
class ResumptionTest {
  private static final PipelineIdentity IDENTITY =
      new PipelineIdentity("p", "kafka", "flanstream-p", "in", "topic-1");

  @TempDir private java.nio.file.Path directory;
  private PipelineState state;

  @BeforeEach
  void create() throws IOException {
    state = new PipelineState(new Path(directory.resolve("p").toUri()));
  }

  @Test
  void aFirstStartHasNothing() throws IOException {
    Resumption first = newest(Optional.empty());
    assertThat(first.saved()).isEmpty();
    assertThat(first.position()).isEmpty();
    assertThat(first.said()).startsWith("first start");
  }

  /** A savepoint after the last checkpoint, by their numbers and not by their times. */
  @Test
  void theHighestNumberIsTheNewest() throws IOException {
    begin(1, null, null);
    write(1, "job/chk-3", 3);
    write(1, "savepoint-abcdef-1", 5);
    write(1, "job/chk-4", 4);
    assertThat(newest(Optional.empty()).saved().orElseThrow().id()).isEqualTo(5);
  }

  @Test
  void whatIsNotCompleteIsNothing() throws IOException {
    begin(1, null, null);
    write(1, "job/chk-3", 3);
    Files.createDirectories(directory.resolve("p/start-00000001/job/chk-4"));
    Files.createDirectories(directory.resolve("p/start-00000001/savepoint-abcdef-1"));
    assertThat(newest(Optional.empty()).saved().orElseThrow().id()).isEqualTo(3);
  }

  /** A start that was killed before its first checkpoint. */
  @Test
  void aStartWithoutACheckpointIsBegunAgain() throws IOException {
    begin(1, null, null);
    String saved = write(1, "job/chk-3", 3);
    begin(2, saved, null);
    begin(3, saved, null);
    assertThat(newest(Optional.empty()).saved().orElseThrow().id()).isEqualTo(3);
    assertThat(state.starts()).extracting(StartRecord::number).containsExactly(3L, 1L);
  }

  /** The process of an earlier start comes back to life and writes a checkpoint. */
  @Test
  void anEarlierStartDoesNotCount() throws IOException {
    begin(1, null, null);
    String saved = write(1, "job/chk-3", 3);
    begin(2, saved, null);
    write(2, "other/chk-4", 4);
    write(1, "job/chk-9", 9);
    assertThat(newest(Optional.empty()).saved().orElseThrow().id()).isEqualTo(4);
  }

  @Test
  void aBoundedRunThatEndedIsBegunAtItsEnd() throws IOException {
    begin(1, null, Map.of("0", 10L, "1", 20L));
    state.ended(1);
    assertThat(newest(Optional.empty()).position())
        .contains(new Position.Offsets(Map.of("0", 10L, "1", 20L)));
  }

  /** It ended, and its process was killed before it said so. */
  @Test
  void aBoundedRunWhoseOffsetsAreAtTheEndHasEnded() throws IOException {
    begin(1, null, Map.of("0", 10L));
    Resumption after = Resumption.newest(state, Optional.empty(), IDENTITY, () -> Map.of("0", 10L));
    assertThat(after.position()).contains(new Position.Offsets(Map.of("0", 10L)));
    Resumption before = Resumption.newest(state, Optional.empty(), IDENTITY, () -> Map.of("0", 9L));
    assertThat(before.position()).contains(new Position.Committed());
  }

  /** Somebody stopped the job by other means, and its savepoint is not here. */
  @Test
  void nothingOlderThanWhatKafkaKnowsOf() throws IOException {
    begin(1, null, null);
    write(1, "job/chk-3", 3);
    assertThatThrownBy(() -> newest(Optional.of(owner(state.id(), 7))))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "Cannot resume pipeline p: its newest state must be there, which is checkpoint or"
                + " savepoint 7, got checkpoint 3 of ")
        .hasMessageContaining("--from-offsets goes on from the consumer group's offsets");
    assertThat(newest(Optional.of(owner(state.id(), 3))).saved()).isPresent();
  }

  @Test
  void aSavepointElsewhereIsFound() throws IOException {
    begin(1, null, null);
    write(1, "job/chk-3", 3);
    Path elsewhere = new Path(directory.resolve("savepoints").toUri());
    PipelineState.stopsInto(state.directory(1), elsewhere, "abcdef0123456789");
    assertThat(newest(Optional.empty()).saved().orElseThrow().id()).isEqualTo(3);
    write(directory.resolve("savepoints/savepoint-abcdef-77"), 4);
    write(directory.resolve("savepoints/savepoint-fedcba-77"), 8);
    assertThat(newest(Optional.empty()).saved().orElseThrow().id()).isEqualTo(4);
  }

  @Test
  void stateOfAnotherMachineIsNamed() {
    assertThatThrownBy(() -> newest(Optional.of(owner("another", 3))))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "Cannot resume pipeline: its newest state must be within reach, got that of start 1 in"
                + " file:/nowhere, run by process 7 on mars");
  }

  @Test
  void stateInAnotherDirectoryWithinReachIsTaken() throws IOException {
    begin(1, null, null);
    write(1, "job/chk-3", 3);
    PipelineState other = new PipelineState(new Path(directory.resolve("other").toUri()));
    OwnerRecord owner =
        new OwnerRecord("t", 1, state.id(), state.root().toString(), "", "here", 3, 1, false);
    assertThat(
            Resumption.newest(other, Optional.of(owner), IDENTITY, Map::of)
                .saved()
                .orElseThrow()
                .id())
        .isEqualTo(3);
  }

  @Test
  void positionsOfATopicThatIsGoneAreRefused() throws IOException {
    begin(1, null, null);
    write(1, "job/chk-3", 3);
    PipelineIdentity anew = new PipelineIdentity("p", "kafka", "flanstream-p", "in", "topic-2");
    assertThatThrownBy(() -> Resumption.newest(state, Optional.empty(), anew, Map::of))
        .hasMessageStartingWith(
            "Cannot resume pipeline p: topic in must be the one that it read, got one that was"
                + " created later");
  }

  /** Once: whoever starts it again, or takes the name out, goes on from what came after. */
  @Test
  void aSavepointThatADeploymentNamesIsGoneOnFromOnce() throws IOException {
    begin(1, null, null);
    String back = write(1, "savepoint-abcdef-1", 5);
    begin(2, back, null);
    write(2, "job/chk-9", 9);

    Resumption rolledBack = named(back);
    assertThat(rolledBack.saved().orElseThrow().id()).isEqualTo(5);
    JobStart start = JobStart.next(Optional.of(state), rolledBack, 0);
    start.begin("here", "committed", "topic-1", null);
    assertThat(named(back).saved().orElseThrow().id()).isEqualTo(5);
    write(3, "job/chk-7", 7);
    assertThat(named(back).saved().orElseThrow().id()).isEqualTo(7);
    assertThat(newest(Optional.empty()).saved().orElseThrow().id()).isEqualTo(7);

    JobStart again = JobStart.next(Optional.of(state), named(back), 0);
    again.begin("here", "committed", "topic-1", null);
    write(4, "job/chk-8", 8);
    assertThat(named(back).saved().orElseThrow().id()).isEqualTo(8);
  }

  /** Flink would go on from it again. */
  @Test
  void aSavepointIsNamedNoLongerWhereTheRunFromItHasEnded() throws IOException {
    begin(1, null, null);
    String back = write(1, "savepoint-abcdef-1", 5);
    JobStart start = JobStart.next(Optional.of(state), named(back), 0);
    start.begin("here", "committed", "topic-1", Map.of("in-0", 3L));
    start.ended();
    assertThatThrownBy(() -> named(back))
        .hasMessage(
            "Cannot resume pipeline p: execution.state-recovery.path must not be set any more, since"
                + " the run from there has ended, got "
                + back);
  }

  private Resumption named(String uri) throws IOException {
    return new StartChoice.Named(uri)
        .resolve(null, Optional.of(state), Optional.empty(), IDENTITY, Map::of);
  }

  private Resumption newest(Optional<OwnerRecord> before) throws IOException {
    return Resumption.newest(state, before, IDENTITY, Map::of);
  }

  private static OwnerRecord owner(String store, long checkpoint) {
    return new OwnerRecord(
        "t", 1, store, "file:/nowhere", "", "process 7 on mars", checkpoint, 1, false);
  }

  private void begin(long number, String from, Map<String, Long> ends) throws IOException {
    state.begin(
        new StartRecord(
            number, number, "here", from, from == null ? "committed" : "", "topic-1", ends, null));
  }

  private String write(long start, String name, long id) throws IOException {
    return write(java.nio.file.Path.of(state.directory(start).toUri().getPath()).resolve(name), id);
  }

  private static String write(java.nio.file.Path saved, long id) throws IOException {
    Files.createDirectories(saved);
    try (OutputStream out = Files.newOutputStream(saved.resolve("_metadata"))) {
      Checkpoints.storeCheckpointMetadata(new CheckpointMetadata(id, List.of(), List.of()), out);
    }
    return saved.toUri().toString();
  }
}
