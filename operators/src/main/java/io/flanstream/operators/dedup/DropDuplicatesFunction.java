package io.flanstream.operators.dedup;

import io.flanstream.operators.deadletter.ReplayHeader;
import io.flanstream.operators.ingest.SourcedEvent;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Drops events whose id came a while ago, and counts them: metric and accumulator {@value
 * #DUPLICATES}. Goes over a stream that is keyed by {@link #key}.
 *
 * <p>How far two events are apart is told by their Kafka timestamps, so that a backlog that is read
 * in minutes gives what it would have given as it came, and no event can move the time of another,
 * as a watermark would. State goes by the clock, as long after its event passed: after a standstill
 * of that length an event can pass twice, but none is ever dropped wrongly.
 *
 * <p>What is passed: the first event of an id, and the next that is further than {@code within}
 * from the last that passed; every event that was sent again after it became a dead letter; and
 * tombstones.
 */
public final class DropDuplicatesFunction
    extends KeyedProcessFunction<String, SourcedEvent, SourcedEvent> {
  /** Name of the metric and the accumulator. */
  public static final String DUPLICATES = "duplicates";

  private static final long serialVersionUID = 1L;

  private final Duration within;
  private transient ValueState<Long> passed;
  private transient Counter dropped;
  private transient LongCounter droppedOfJob;

  /**
   * Drops by ids.
   *
   * @param within how far events of one id may be apart for the later to be dropped
   */
  public DropDuplicatesFunction(Duration within) {
    this.within = within;
  }

  /** The event's id; where it has none, the coordinates of its record, which are its own. */
  public static String key(SourcedEvent event) {
    return event.event() == null ? event.origin().coordinates() : event.event().getId();
  }

  @Override
  public void open(OpenContext context) {
    ValueStateDescriptor<Long> timestamp = new ValueStateDescriptor<>("passed", Types.LONG);
    timestamp.enableTimeToLive(StateTtlConfig.newBuilder(within).cleanupFullSnapshot().build());
    passed = getRuntimeContext().getState(timestamp);
    dropped = getRuntimeContext().getMetricGroup().counter(DUPLICATES);
    droppedOfJob = getRuntimeContext().getLongCounter(DUPLICATES);
  }

  @Override
  public void processElement(SourcedEvent event, Context context, Collector<SourcedEvent> out)
      throws IOException {
    if (isDuplicate(event)) {
      dropped.inc();
      droppedOfJob.add(1);
      return;
    }
    if (!context.getCurrentKey().equals(event.origin().coordinates())) {
      passed.update(event.origin().timestamp());
    }
    out.collect(event);
  }

  private boolean isDuplicate(SourcedEvent event) throws IOException {
    Long last = passed.value();
    return last != null
        && !ReplayHeader.isIn(event.origin().headers())
        && Math.abs(event.origin().timestamp() - last) <= within.toMillis();
  }
}
