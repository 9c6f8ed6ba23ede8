package io.flanstream.jobs.topology;

import io.flanstream.jobs.pipeline.SourceTopics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SourceReaderBase;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads partitions to the end of the run, and keeps the position of those that it has finished.
 *
 * <p>It ends when the enumerator says that every reader is at its end: a checkpoint in which some
 * readers have ended and others not would lack the positions of those that have.
 *
 * @param <T> type of the records
 */
@SuppressWarnings("try") // Flink's readers may be interrupted while they close.
final class ResumableReader<T>
    extends ForwardingReader<
        T, KafkaPartitionSplit, SourceReaderBase<?, T, KafkaPartitionSplit, ?>> {
  private final SourceReaderContext context;
  private final Map<TopicPartition, Long> ends;

  private final SourceTopics topics;

  /** Those with nothing left to read, as a later run goes on with them. */
  private final Map<TopicPartition, KafkaPartitionSplit> finished = new HashMap<>();

  /** Those that Flink's reader was given. */
  private final Map<TopicPartition, KafkaPartitionSplit> reading = new HashMap<>();

  private boolean started;
  private PartitionsHeld told;

  @SuppressWarnings("unchecked")
  ResumableReader(
      SourceReader<T, KafkaPartitionSplit> kafka,
      SourceReaderContext context,
      Map<TopicPartition, Long> ends,
      SourceTopics topics) {
    super((SourceReaderBase<?, T, KafkaPartitionSplit, ?>) kafka);
    this.context = context;
    this.ends = ends;
    this.topics = topics;
  }

  @Override
  public void start() {
    super.start();
    started = true;
    tell();
  }

  @Override
  public void addSplits(List<KafkaPartitionSplit> splits) {
    List<KafkaPartitionSplit> toRead = new ArrayList<>();
    for (KafkaPartitionSplit split : splits) {
      TopicPartition partition = split.getTopicPartition();
      finished.remove(partition);
      Long end = ends == null ? null : ends.get(partition);
      // What the run does not name stays where it is.
      boolean named = ends == null ? topics.matches(split.getTopic()) : end != null;
      if (!named || (end != null && split.getStartingOffset() >= end)) {
        finished.put(partition, ResumableSource.endingAt(split, null));
      } else {
        KafkaPartitionSplit bounded = ResumableSource.endingAt(split, end);
        reading.put(partition, bounded);
        toRead.add(bounded);
      }
    }
    if (!toRead.isEmpty()) {
      super.addSplits(toRead);
    }
    if (started) {
      tell();
    }
  }

  @Override
  public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
    InputStatus status = super.pollNext(output);
    if (status != InputStatus.MORE_AVAILABLE) {
      tell();
    }
    return status;
  }

  /** Tells the enumerator what has changed since it was told. */
  private void tell() {
    boolean atEnd = ends != null && reader.getNumberOfCurrentlyAssignedSplits() == 0;
    if (told != null && told.atEnd() == atEnd && told.partitions().size() == held()) {
      return;
    }
    List<TopicPartition> partitions = new ArrayList<>(finished.keySet());
    partitions.addAll(reading.keySet());
    told = new PartitionsHeld(Set.copyOf(partitions), atEnd);
    context.sendSourceEventToCoordinator(told);
  }

  private int held() {
    return finished.size() + reading.size();
  }

  @Override
  public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
    List<KafkaPartitionSplit> splits = new ArrayList<>();
    Map<TopicPartition, KafkaPartitionSplit> ended = new HashMap<>(reading);
    for (KafkaPartitionSplit split : super.snapshotState(checkpointId)) {
      ended.remove(split.getTopicPartition());
      splits.add(split);
    }
    ended.forEach(
        (partition, split) -> {
          reading.remove(partition);
          finished.put(
              partition,
              new KafkaPartitionSplit(
                  split.getTopicPartition(), split.getStoppingOffset().orElseThrow()));
        });
    splits.addAll(finished.values());
    return splits;
  }
}
