package io.flanstream.jobs.route;

import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.RecordAttributes;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.OutputTag;

/** Keeps the number of the route that a generated operator has found. */
final class RouteOutput implements Output<StreamRecord<RowData>> {
  private int route;

  int route() {
    return route;
  }

  @Override
  public void collect(StreamRecord<RowData> found) {
    route = found.getValue().getInt(0);
  }

  @Override
  public <X> void collect(OutputTag<X> tag, StreamRecord<X> found) {}

  @Override
  public void emitWatermark(Watermark watermark) {}

  @Override
  public void emitWatermark(WatermarkEvent watermark) {}

  @Override
  public void emitWatermarkStatus(WatermarkStatus status) {}

  @Override
  public void emitLatencyMarker(LatencyMarker marker) {}

  @Override
  public void emitRecordAttributes(RecordAttributes attributes) {}

  @Override
  public void close() {}
}
