package io.flanstream.jobs.sql;

import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.connectors.kafka.table.KafkaDynamicSource;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsFilterPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsLimitPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.connector.source.abilities.SupportsWatermarkPushDown;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.types.DataType;

/**
 * Flink's source of a Kafka topic, which begins where the first record is that a condition on the
 * records' times lets through. Kafka finds that offset exactly: every record before it is earlier.
 * What comes after it may be earlier too, so all conditions are checked again, and nothing follows
 * from them about where to end.
 */
final class RecordTimeSource
    implements ScanTableSource,
        SupportsReadingMetadata,
        SupportsWatermarkPushDown,
        SupportsFilterPushDown,
        SupportsLimitPushDown {
  private final Function<OptionalLong, KafkaDynamicSource> kafka;
  private final KafkaDynamicSource whole;
  private final String topics;
  private final ZoneId zone;
  private final UnaryOperator<ScanRuntimeProvider> scan;
  private OptionalLong earliest = OptionalLong.empty();
  private List<String> metadataKeys = List.of();
  private DataType produced;
  private WatermarkStrategy<RowData> watermarks;
  private OptionalLong limit = OptionalLong.empty();

  /**
   * A source of everything.
   *
   * @param kafka gives a new source, told the earliest time of its records, in milliseconds since
   *     1970
   * @param topics names of the topics
   * @param zone where conditions name local times
   * @param scan what becomes of Flink's scan
   */
  RecordTimeSource(
      Function<OptionalLong, KafkaDynamicSource> kafka,
      String topics,
      ZoneId zone,
      UnaryOperator<ScanRuntimeProvider> scan) {
    this.kafka = kafka;
    this.whole = kafka.apply(OptionalLong.empty());
    this.topics = topics;
    this.zone = zone;
    this.scan = scan;
  }

  @Override
  public Result applyFilters(List<ResolvedExpression> filters) {
    int key = metadataKeys.indexOf(RecordTime.METADATA);
    if (key < 0) {
      return Result.of(List.of(), filters);
    }
    int field = DataType.getFieldCount(produced) - metadataKeys.size() + key;
    RecordTime time = new RecordTime(field, zone);
    earliest = filters.stream().map(time::earliest).reduce(earliest, RecordTime::later);
    return Result.of(
        filters.stream().filter(filter -> time.earliest(filter).isPresent()).toList(), filters);
  }

  @Override
  public Map<String, DataType> listReadableMetadata() {
    return whole.listReadableMetadata();
  }

  @Override
  public void applyReadableMetadata(List<String> keys, DataType type) {
    metadataKeys = keys;
    produced = type;
  }

  @Override
  public boolean supportsMetadataProjection() {
    return whole.supportsMetadataProjection();
  }

  @Override
  public void applyWatermark(WatermarkStrategy<RowData> strategy) {
    watermarks = strategy;
  }

  @Override
  public void applyLimit(long rows) {
    limit = OptionalLong.of(rows);
  }

  @Override
  public ChangelogMode getChangelogMode() {
    return whole.getChangelogMode();
  }

  @Override
  public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
    KafkaDynamicSource source = kafka.apply(earliest);
    if (produced != null) {
      source.applyReadableMetadata(metadataKeys, produced);
    }
    if (watermarks != null) {
      source.applyWatermark(watermarks);
    }
    ScanRuntimeProvider flinks = source.getScanRuntimeProvider(context);
    ScanRuntimeProvider scanned = scan.apply(flinks);
    return scanned.equals(flinks) && flinks instanceof DataStreamScanProvider stream
        ? new WrappedScan(
            stream,
            stream.isBounded(),
            own -> new TopicSource<>(own, topics, limit.orElse(Long.MAX_VALUE)))
        : scanned;
  }

  @Override
  public DynamicTableSource copy() {
    RecordTimeSource copy = new RecordTimeSource(kafka, topics, zone, scan);
    copy.earliest = earliest;
    copy.metadataKeys = metadataKeys;
    copy.produced = produced;
    copy.watermarks = watermarks;
    copy.limit = limit;
    return copy;
  }

  @Override
  public String asSummaryString() {
    return whole.asSummaryString();
  }
}
