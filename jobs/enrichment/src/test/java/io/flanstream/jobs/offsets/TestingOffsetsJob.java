package io.flanstream.jobs.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A job by a seed, as far as offsets go: a topic with gaps, subtasks that read it, others that have
 * its records in flight in any order, two sinks that write in transactions; Flink checkpoints that
 * complete or not, whose completion is told late, in any order or never; restarts that move what is
 * in flight to other subtasks, with the ledger lost or not.
 *
 * <p>After each report the law is checked: no offset is beyond a record that is not committed.
 */
final class TestingOffsetsJob {
  private static final int ENRICHED = 0;
  private static final int DEAD = 1;

  private final Random random;
  private final int partitions;
  private final int subtasks;
  private final boolean spread;
  private final Map<Integer, List<Long>> topic = new HashMap<>();
  private final Map<Integer, TreeSet<Long>> committed = new HashMap<>();
  private OffsetLedger<Integer> ledger = new OffsetLedger<>();

  private final int[] read;
  private List<InFlightOffsets<Integer>> offsets = new ArrayList<>();
  private List<List<long[]>> inFlight = new ArrayList<>();
  private final Map<Integer, Long> restored = new HashMap<>();
  private final TreeSet<Integer> live = new TreeSet<>();
  private final Map<Long, List<long[]>> written = new TreeMap<>();
  private final Map<Long, TreeMap<Long, List<long[]>>> precommitted = new TreeMap<>();
  private final Deque<long[]> notifications = new ArrayDeque<>();
  private Snapshot last;
  private long checkpoint;
  private int advances;

  /** What a complete checkpoint has in its state. */
  private record Snapshot(
      long id,
      int[] read,
      Map<Integer, Long> positions,
      List<long[]> inFlight,
      Map<Long, TreeMap<Long, List<long[]>>> precommitted) {}

  TestingOffsetsJob(long seed) {
    random = new Random(seed);
    partitions = 1 + random.nextInt(4);
    subtasks = 1 + random.nextInt(3);
    spread = random.nextBoolean();
    read = new int[partitions];
    for (int partition = 0; partition < partitions; partition++) {
      List<Long> records = new ArrayList<>();
      long offset = random.nextInt(3);
      for (int count = random.nextInt(60); count > 0; count--) {
        records.add(offset);
        offset += 1 + (random.nextInt(5) == 0 ? random.nextInt(4) : 0);
      }
      topic.put(partition, records);
      committed.put(partition, new TreeSet<>());
    }
    last = new Snapshot(0, new int[partitions], Map.of(), List.of(), new TreeMap<>());
    begin();
  }

  /** Runs to its end. */
  void run() {
    for (int step = 0; step < 600; step++) {
      int dice = random.nextInt(100);
      if (dice < 40) {
        read();
      } else if (dice < 70) {
        leave();
      } else if (dice < 84) {
        checkpoint(random.nextInt(6) == 0);
      } else if (dice < 98) {
        hear();
      } else {
        restart();
      }
    }
    for (int partition = 0; partition < partitions; partition++) {
      while (read[partition] < topic.get(partition).size()) {
        read(partition);
      }
    }
    while (inFlight.stream().anyMatch(subtask -> !subtask.isEmpty())) {
      leave();
    }
    checkpoint(false);
    while (!notifications.isEmpty()) {
      hear();
    }
  }

  /** Where each partition with a record ends. */
  Map<Integer, Long> ends() {
    Map<Integer, Long> ends = new HashMap<>();
    topic.forEach(
        (partition, records) -> {
          if (!records.isEmpty()) {
            ends.put(partition, records.get(records.size() - 1) + 1);
          }
        });
    return ends;
  }

  /** What the group would have at the end. */
  Map<Integer, Long> offsets() {
    return ledger.offsets();
  }

  /** How often a checkpoint became safe. */
  int advances() {
    return advances;
  }

  private void begin() {
    offsets = new ArrayList<>();
    inFlight = new ArrayList<>();
    for (int subtask = 0; subtask < subtasks; subtask++) {
      offsets.add(new InFlightOffsets<>());
      inFlight.add(new ArrayList<>());
    }
    live.clear();
    written.clear();
    notifications.clear();
  }

  private void read() {
    int partition = random.nextInt(partitions);
    if (read[partition] < topic.get(partition).size()) {
      read(partition);
    }
  }

  private void read(int partition) {
    long offset = topic.get(partition).get(read[partition]++);
    live.add(partition);
    int subtask = spread ? random.nextInt(subtasks) : partition % subtasks;
    int dice = random.nextInt(10);
    if (dice == 0) {
      write(DEAD, partition % subtasks, partition, offset);
    } else if (dice == 1) {
      // A duplicate: it is dropped, and a reader without state would drop or write it.
      committed.get(partition).add(offset);
    } else {
      enter(subtask, partition, offset);
    }
  }

  private void enter(int subtask, int partition, long offset) {
    offsets.get(subtask).enter(partition, offset);
    inFlight.get(subtask).add(new long[] {partition, offset});
  }

  private void leave() {
    int subtask = random.nextInt(subtasks);
    List<long[]> waiting = inFlight.get(subtask);
    if (!waiting.isEmpty()) {
      long[] record = waiting.remove(random.nextInt(waiting.size()));
      offsets.get(subtask).leave((int) record[0], record[1]);
      write(random.nextInt(10) == 0 ? DEAD : ENRICHED, subtask, (int) record[0], record[1]);
    }
  }

  private static long task(int sink, int subtask) {
    return (long) sink << Integer.SIZE | subtask;
  }

  private void write(int sink, int subtask, int partition, long offset) {
    written
        .computeIfAbsent(task(sink, subtask), any -> new ArrayList<>())
        .add(new long[] {partition, offset});
  }

  private void checkpoint(boolean fails) {
    checkpoint++;
    for (int subtask = 0; subtask < subtasks; subtask++) {
      if (fails && random.nextBoolean()) {
        continue;
      }
      Map<Integer, Long> mine = new HashMap<>();
      for (int partition : live) {
        if (partition % subtasks == subtask) {
          mine.put(partition, position(partition));
        }
      }
      ledger.known(checkpoint, restored);
      ledger.read(checkpoint, mine);
      ledger.known(checkpoint, offsets.get(subtask).next());
      ledger.inFlight(checkpoint, offsets.get(subtask).first());
      for (int sink : new int[] {ENRICHED, DEAD}) {
        long task = task(sink, subtask);
        ledger.joined(checkpoint, task);
        precommitted
            .computeIfAbsent(task, any -> new TreeMap<>())
            .put(checkpoint, Optional.ofNullable(written.remove(task)).orElse(List.of()));
      }
    }
    if (fails) {
      return;
    }
    Map<Integer, Long> positions = new HashMap<>(restored);
    live.forEach(partition -> positions.put(partition, position(partition)));
    List<long[]> waiting = new ArrayList<>();
    inFlight.forEach(waiting::addAll);
    Map<Long, TreeMap<Long, List<long[]>>> transactions = new TreeMap<>();
    precommitted.forEach((task, open) -> transactions.put(task, new TreeMap<>(open)));
    last = new Snapshot(checkpoint, read.clone(), positions, waiting, transactions);
    for (int subtask = 0; subtask < subtasks; subtask++) {
      notifications.add(new long[] {task(ENRICHED, subtask), checkpoint});
      notifications.add(new long[] {task(DEAD, subtask), checkpoint});
    }
  }

  private long position(int partition) {
    return topic.get(partition).get(read[partition] - 1) + 1;
  }

  /** A sink hears of a complete checkpoint, not always in order. */
  private void hear() {
    if (notifications.isEmpty()) {
      return;
    }
    for (int turns = random.nextInt(notifications.size()); turns > 0; turns--) {
      notifications.add(notifications.poll());
    }
    long[] heard = notifications.poll();
    if (random.nextInt(20) == 0 && heard[1] < checkpoint - 1) {
      return;
    }
    commit(heard[0], heard[1]);
    if (ledger.committed(heard[1], heard[0])) {
      advances++;
    }
    check();
  }

  private void commit(long task, long upTo) {
    Map<Long, List<long[]>> settled =
        precommitted.getOrDefault(task, new TreeMap<>()).headMap(upTo, true);
    settled.values().forEach(records -> records.forEach(this::commit));
    settled.clear();
  }

  private void commit(long[] record) {
    committed.get((int) record[0]).add(record[1]);
  }

  /** From the last complete checkpoint, whose transactions the sinks commit at once. */
  private void restart() {
    if (random.nextInt(3) == 0) {
      ledger = new OffsetLedger<>();
    }
    begin();
    precommitted.clear();
    last.precommitted().values().stream()
        .flatMap(open -> open.values().stream())
        .forEach(records -> records.forEach(this::commit));
    System.arraycopy(last.read(), 0, read, 0, partitions);
    restored.clear();
    restored.putAll(last.positions());
    last.inFlight().forEach(record -> enter(random.nextInt(subtasks), (int) record[0], record[1]));
  }

  private void check() {
    ledger
        .offsets()
        .forEach(
            (partition, offset) ->
                assertThat(committed.get(partition))
                    .as("committed of partition %d, as offset %d says", partition, offset)
                    .containsAll(
                        topic.get(partition).stream().filter(record -> record < offset).toList()));
  }
}
