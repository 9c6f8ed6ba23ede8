package io.flanstream.jobs.sql;

import java.util.function.UnaryOperator;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.SourceTransformation;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.data.RowData;

/**
 * Flink's scan of a topic with another source around its own; name, id and watermarks are Flink's.
 *
 * @param scan Flink's
 * @param isBounded whether the other source ends
 * @param around makes the other source of Flink's
 */
record WrappedScan(
    DataStreamScanProvider scan, boolean isBounded, UnaryOperator<Source<RowData, ?, ?>> around)
    implements DataStreamScanProvider {

  @Override
  @SuppressWarnings("unchecked") // A table scans rows.
  public DataStream<RowData> produceDataStream(
      ProviderContext context, StreamExecutionEnvironment environment) {
    SourceTransformation<RowData, ?, ?> own =
        (SourceTransformation<RowData, ?, ?>)
            scan.produceDataStream(context, environment).getTransformation();
    DataStreamSource<RowData> stream =
        environment.fromSource(
            around.apply(own.getSource()),
            own.getWatermarkStrategy(),
            own.getName(),
            own.getOutputType());
    return own.getUid() == null ? stream : stream.uid(own.getUid());
  }
}
