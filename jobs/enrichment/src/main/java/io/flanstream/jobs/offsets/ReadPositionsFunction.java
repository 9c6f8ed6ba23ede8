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
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/**
 * Passes records on, and tells how far the partitions are read: directly behind the source.
 *
 * <p>Positions are kept in Flink's state, so that a partition with no new record still has one
 * after a restart. They may be restored to a subtask that reads other partitions.
 */
public final class ReadPositionsFunction extends RichMapFunction<KafkaRecord, KafkaRecord>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1L;

  private transient ListState<Tuple2<Integer, Long>> state;
  private transient ListState<Long> counted;
  private transient long count;
  private transient Map<Integer, Long> restored;
  private transient Map<Integer, Long> read;
  private transient OffsetReports reports;

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    state =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("positions", Types.TUPLE(Types.INT, Types.LONG)));
    counted =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("count", Types.LONG));
    for (Long part : counted.get()) {
      count += part;
    }
    read = new HashMap<>();
    restored = new HashMap<>();
    for (Tuple2<Integer, Long> position : state.get()) {
      restored.merge(position.f0, position.f1, Math::max);
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
    read.put(record.partition(), record.offset() + 1);
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
    for (Map<Integer, Long> positions : List.of(restored, read)) {
      for (Map.Entry<Integer, Long> position : positions.entrySet()) {
        state.add(Tuple2.of(position.getKey(), position.getValue()));
      }
    }
  }

  private void tell(Kind kind, long checkpoint, Map<Integer, Long> positions) throws IOException {
    if (!positions.isEmpty()) {
      reports.tell(kind, checkpoint, positions);
    }
  }
}
