package io.flanstream.jobs.topology;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;

/**
 * Gives partitions to readers, and ends the run when each is at its end in all of its partitions.
 *
 * <p>Its state has the ends of the run. Where that was ended while some of its readers had finished
 * and others not, the former's partitions are in no reader's state: they go on from there.
 */
final class ResumableEnumerator
    implements SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> {
  private final SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> kafka;
  private final SplitEnumeratorContext<KafkaPartitionSplit> context;
  private final Map<TopicPartition, Long> ends;
  private final Map<TopicPartition, Long> earlierEnds;
  private final OwnerWatch owner;

  /** What each reader said last, by its subtask. */
  private final Map<Integer, PartitionsHeld> held = new HashMap<>();

  ResumableEnumerator(
      SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> kafka,
      SplitEnumeratorContext<KafkaPartitionSplit> context,
      Map<TopicPartition, Long> ends,
      Map<TopicPartition, Long> earlierEnds,
      OwnerWatch owner) {
    this.kafka = kafka;
    this.context = context;
    this.ends = ends;
    this.earlierEnds = new HashMap<>(earlierEnds);
    this.owner = owner;
  }

  @Override
  public void start() {
    owner.start(context);
    kafka.start();
  }

  @Override
  public void handleSplitRequest(int subtask, String host) {
    kafka.handleSplitRequest(subtask, host);
  }

  @Override
  public void addSplitsBack(List<KafkaPartitionSplit> splits, int subtask) {
    held.remove(subtask);
    kafka.addSplitsBack(splits, subtask);
  }

  @Override
  public void addReader(int subtask) {
    held.remove(subtask);
    kafka.addReader(subtask);
  }

  @Override
  public void handleSourceEvent(int subtask, SourceEvent event) {
    if (event instanceof PartitionsHeld said) {
      held.put(subtask, said);
      if (held.size() == context.currentParallelism()) {
        giveBackFinished();
        endWhereAllAreAtTheEnd();
      }
    } else {
      kafka.handleSourceEvent(subtask, event);
    }
  }

  private void giveBackFinished() {
    Set<TopicPartition> known = new HashSet<>();
    held.values().forEach(said -> known.addAll(said.partitions()));
    for (KafkaPartitionSplit split : state().assignedSplits()) {
      TopicPartition partition = split.getTopicPartition();
      Long end = earlierEnds.get(partition);
      if (end != null && !known.contains(partition)) {
        int reader = partition.partition() % context.currentParallelism();
        earlierEnds.remove(partition);
        // It says again what it has.
        held.remove(reader);
        context.assignSplit(new KafkaPartitionSplit(partition, end), reader);
      }
    }
  }

  private void endWhereAllAreAtTheEnd() {
    if (ends == null || held.size() < context.currentParallelism()) {
      return;
    }
    Set<TopicPartition> atEnd = new HashSet<>();
    held.values().stream()
        .filter(PartitionsHeld::atEnd)
        .forEach(said -> atEnd.addAll(said.partitions()));
    if (atEnd.containsAll(ends.keySet())) {
      context.registeredReaders().keySet().forEach(context::signalNoMoreSplits);
    }
  }

  @Override
  public KafkaSourceEnumState snapshotState(long checkpointId) throws Exception {
    KafkaSourceEnumState state = kafka.snapshotState(checkpointId);
    return new KafkaSourceEnumState(
        withEnds(state.assignedSplits()),
        withEnds(state.unassignedSplits()),
        state.initialDiscoveryFinished());
  }

  private List<KafkaPartitionSplit> withEnds(Collection<KafkaPartitionSplit> splits) {
    return splits.stream()
        .map(
            split ->
                ResumableSource.endingAt(
                    split, ends == null ? null : ends.get(split.getTopicPartition())))
        .toList();
  }

  private KafkaSourceEnumState state() {
    try {
      return kafka.snapshotState(0);
    } catch (Exception e) {
      throw new IllegalStateException("Cannot list partitions: " + e.getMessage(), e);
    }
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    owner.completed(checkpointId);
    kafka.notifyCheckpointComplete(checkpointId);
  }

  @Override
  public void notifyCheckpointAborted(long checkpointId) throws Exception {
    kafka.notifyCheckpointAborted(checkpointId);
  }

  @Override
  public void close() throws IOException {
    try {
      owner.close();
    } finally {
      kafka.close();
    }
  }
}
