package io.flanstream.jobs.topology;

import io.flanstream.jobs.pipeline.SourceTopics;
import io.flanstream.jobs.state.OwnerClaim;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.common.TopicPartition;

/**
 * Topics whose state any later run can go on from, wherever this run or that one ends.
 *
 * <p>Flink's source keeps the end of a run in its state, and forgets a partition that it has read
 * to its end. Here the ends are those of the run alone, and each checkpoint has the position of
 * every partition; its state is that of Flink's source otherwise, which either goes on from.
 *
 * @param <T> type of the records
 */
public final class ResumableSource<T>
    implements Source<T, KafkaPartitionSplit, KafkaSourceEnumState>, ResultTypeQueryable<T> {
  private static final long serialVersionUID = 1L;

  private final KafkaSource<T> kafka;
  private final HashMap<TopicPartition, Long> ends;
  private final SourceTopics topics;
  private final OwnerClaim claim;

  /**
   * Wraps a source that never ends.
   *
   * @param kafka an unbounded source
   * @param ends where the run ends in each partition; null where it does not
   * @param topics the topics that are read; others that are in a state stay where they are
   * @param claim as whom the job reads; null where nobody asks
   */
  public ResumableSource(
      KafkaSource<T> kafka, Map<TopicPartition, Long> ends, SourceTopics topics, OwnerClaim claim) {
    this.kafka = kafka;
    this.ends = ends == null ? null : new HashMap<>(ends);
    this.topics = topics;
    this.claim = claim;
  }

  @Override
  public Boundedness getBoundedness() {
    return ends == null ? Boundedness.CONTINUOUS_UNBOUNDED : Boundedness.BOUNDED;
  }

  @Override
  public SourceReader<T, KafkaPartitionSplit> createReader(SourceReaderContext context)
      throws Exception {
    return new ResumableReader<>(kafka.createReader(context), context, ends, topics);
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context) throws Exception {
    return new ResumableEnumerator(
        kafka.createEnumerator(context), context, ends, Map.of(), OwnerWatch.of(claim));
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state)
      throws Exception {
    Map<TopicPartition, Long> earlierEnds =
        state.assignedSplits().stream()
            .filter(split -> split.getStoppingOffset().isPresent())
            .collect(
                Collectors.toMap(
                    KafkaPartitionSplit::getTopicPartition,
                    split -> split.getStoppingOffset().orElseThrow()));
    return new ResumableEnumerator(
        kafka.restoreEnumerator(context, state), context, ends, earlierEnds, OwnerWatch.of(claim));
  }

  @Override
  public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
    return kafka.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
    return kafka.getEnumeratorCheckpointSerializer();
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return kafka.getProducedType();
  }

  /** A split with this run's end of its partition. */
  static KafkaPartitionSplit endingAt(KafkaPartitionSplit split, Long end) {
    return new KafkaPartitionSplit(
        split.getTopicPartition(),
        split.getStartingOffset(),
        end == null ? KafkaPartitionSplit.NO_STOPPING_OFFSET : end);
  }
}
