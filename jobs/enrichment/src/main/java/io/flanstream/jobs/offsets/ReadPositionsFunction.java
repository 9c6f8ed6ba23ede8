package io.flanstream.jobs.offsets;

import io.flanstream.jobs.offsets.OffsetReports.Kind;
import io.flanstream.jobs.offsets.OffsetReports.Safe;
import io.flanstream.operators.record.KafkaRecord;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.kafka.common.TopicPartition;

/**
 * Passes records on, and tells how far the partitions are read: directly behind the source.
 *
 * <p>Positions are kept in Flink's state, so that a partition with no new record still has one
 * after a restart. They may be restored to a subtask that reads other partitions.
 */
public final class ReadPositionsFunction extends RichMapFunction<KafkaRecord, KafkaRecord>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1L;

  private final String topic;
  private transient ListState<Tuple2<Integer, Long>> state;
  private transient ListState<Tuple3<String, Integer, Long>> ofTopics;
  private transient ListState<Long> counted;
  private transient long count;
  private transient Map<TopicPartition, Long> restored;
  private transient Map<TopicPartition, Long> read;
  private transient OffsetReports reports;

  /**
   * Tells of the partitions of the topics that are read.
   *
   * @param topic the topic, where only one is read; null where there may be several
   */
  public ReadPositionsFunction(String topic) {
    this.topic = topic;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    state =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("positions", Types.TUPLE(Types.INT, Types.LONG)));
    ofTopics =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>(
                    "topic-positions", Types.TUPLE(Types.STRING, Types.INT, Types.LONG)));
    counted =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("count", Types.LONG));
    for (Long part : counted.get()) {
      count += part;
    }
    read = new HashMap<>();
    restored = new HashMap<>();
    for (Tuple3<String, Integer, Long> position : ofTopics.get()) {
      if (topic == null || topic.equals(position.f0)) {
        restored.merge(new TopicPartition(position.f0, position.f1), position.f2, Math::max);
      }
    }
    // Of the only topic that was read; which one it was is not known where there are several now.
    for (Tuple2<Integer, Long> position : state.get()) {
      if (topic != null) {
        restored.merge(new TopicPartition(topic, position.f0), position.f1, Math::max);
      }
    }
  }

  @Override
  public void open(OpenContext context) throws IOException {
    reports = OffsetReports.of(getRuntimeContext());
    Safe unused = reports.tell(Kind.BEGUN, 0, OffsetReports.SOURCE, count);
  }

  @Override
  public KafkaRecord map(KafkaRecord record) {
    count++;
    read.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
    return record;
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    restored.keySet().removeAll(read.keySet());
    tell(Kind.KNOWN, context.getCheckpointId(), restored);
    tell(Kind.READ, context.getCheckpointId(), read);
    Safe unused =
        reports.tell(Kind.COUNTED, context.getCheckpointId(), OffsetReports.SOURCE, count);
    counted.update(List.of(count));
    state.clear();
    ofTopics.clear();
    for (Map<TopicPartition, Long> positions : List.of(restored, read)) {
      for (Map.Entry<TopicPartition, Long> position : positions.entrySet()) {
        keep(position.getKey(), position.getValue());
      }
    }
  }

  private void keep(TopicPartition partition, long position) throws Exception {
    if (topic == null) {
      ofTopics.add(Tuple3.of(partition.topic(), partition.partition(), position));
    } else {
      state.add(Tuple2.of(partition.partition(), position));
    }
  }

  private void tell(Kind kind, long checkpoint, Map<TopicPartition, Long> positions)
      throws IOException {
    if (!positions.isEmpty()) {
      reports.tell(kind, checkpoint, positions);
    }
  }
}
