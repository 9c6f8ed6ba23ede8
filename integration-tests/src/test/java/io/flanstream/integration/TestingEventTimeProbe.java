package io.flanstream.integration;

import io.flanstream.operators.serialize.OutboundRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Notes what an operator sees of event time, by a name, for tests in the same process. */
final class TestingEventTimeProbe extends AbstractStreamOperator<OutboundRecord>
    implements OneInputStreamOperator<OutboundRecord, OutboundRecord> {
  private static final long serialVersionUID = 1L;
  private static final Map<String, List<Seen>> SEEN = new ConcurrentHashMap<>();

  /**
   * A record as it came by.
   *
   * @param value its value
   * @param timestamp its event time
   * @param watermark the watermark before it
   */
  record Seen(byte[] value, long timestamp, long watermark) {}

  private final String name;

  TestingEventTimeProbe(String name) {
    this.name = name;
  }

  /** Everything so far; a watermark is a record without a value. */
  static List<Seen> seen(String name) {
    List<Seen> seen = SEEN.computeIfAbsent(name, key -> new ArrayList<>());
    synchronized (seen) {
      return List.copyOf(seen);
    }
  }

  @Override
  public void processElement(StreamRecord<OutboundRecord> element) {
    note(new Seen(element.getValue().value(), element.getTimestamp(), watermark()));
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    super.processWatermark(mark);
    note(new Seen(null, mark.getTimestamp(), mark.getTimestamp()));
  }

  private long watermark() {
    List<Seen> seen = seen(name);
    return seen.isEmpty() ? Long.MIN_VALUE : seen.get(seen.size() - 1).watermark();
  }

  private void note(Seen what) {
    List<Seen> seen = SEEN.computeIfAbsent(name, key -> new ArrayList<>());
    synchronized (seen) {
      seen.add(what);
    }
  }
}
