package io.flanstream.jobs.sql;

import static org.apache.flink.streaming.connectors.kafka.table.KafkaConnectorOptions.SCAN_STARTUP_MODE;
import static org.apache.flink.streaming.connectors.kafka.table.KafkaConnectorOptions.SCAN_STARTUP_TIMESTAMP_MILLIS;
import static org.apache.flink.streaming.connectors.kafka.table.KafkaConnectorOptions.TOPIC;

import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.connectors.kafka.table.KafkaConnectorOptions;
import org.apache.flink.streaming.connectors.kafka.table.KafkaConnectorOptions.ScanStartupMode;
import org.apache.flink.streaming.connectors.kafka.table.KafkaDynamicSource;
import org.apache.flink.streaming.connectors.kafka.table.KafkaDynamicTableFactory;
import org.apache.flink.table.api.config.TableConfigOptions;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource.ScanRuntimeProvider;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * The connector {@value #NAME}: Flink's own for Kafka, with the secrets of a pipeline, which its
 * tables do not show, and with conditions on the time of records pushed down.
 */
public final class PipelineTableFactory extends KafkaDynamicTableFactory {
  static final String NAME = "flan-kafka";

  /** Where the options are that a table does not show. */
  static final ConfigOption<String> PIPELINE =
      ConfigOptions.key("pipeline")
          .stringType()
          .noDefaultValue()
          .withDescription("Pipeline whose secrets the table has.");

  /** Where a run ends that goes on from another's state. */
  static final ConfigOption<String> RUN_UNTIL =
      ConfigOptions.key("run-until")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Where a scan of one topic ends that goes on from the state of any other scan of it:"
                  + " never, or the offset of each partition.");

  @Override
  public String factoryIdentifier() {
    return NAME;
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    Set<ConfigOption<?>> options = super.optionalOptions();
    options.add(PIPELINE);
    options.add(RUN_UNTIL);
    return options;
  }

  @Override
  public DynamicTableSource createDynamicTableSource(Context context) {
    Context full = withSecrets(context);
    return new RecordTimeSource(
        earliest ->
            (KafkaDynamicSource) super.createDynamicTableSource(beginningAt(full, earliest)),
        topics(full.getCatalogTable().getOptions()),
        zone(context.getConfiguration()),
        scan -> resumable(scan, Configuration.fromMap(full.getCatalogTable().getOptions())));
  }

  private static ScanRuntimeProvider resumable(ScanRuntimeProvider scan, Configuration options) {
    return options
        .getOptional(RUN_UNTIL)
        .<ScanRuntimeProvider>map(
            until ->
                ResumableScan.of((DataStreamScanProvider) scan, options.get(TOPIC).get(0), until))
        .orElse(scan);
  }

  @Override
  public DynamicTableSink createDynamicTableSink(Context context) {
    return super.createDynamicTableSink(withSecrets(context));
  }

  private static String topics(Map<String, String> options) {
    return options.getOrDefault(
        KafkaConnectorOptions.TOPIC.key(), options.get(KafkaConnectorOptions.TOPIC_PATTERN.key()));
  }

  /** What a table says itself goes before what its pipeline says. */
  private static Context withSecrets(Context context) {
    Map<String, String> shown = context.getCatalogTable().getOptions();
    if (!shown.containsKey(PIPELINE.key())) {
      return context;
    }
    Map<String, String> options = new HashMap<>(TableSecrets.of(shown.get(PIPELINE.key())));
    options.putAll(shown);
    return with(context, options);
  }

  /** Begins at a time, where the table would begin at its topic's start or at an earlier time. */
  private static Context beginningAt(Context context, OptionalLong earliest) {
    Map<String, String> options = new HashMap<>(context.getCatalogTable().getOptions());
    if (earliest.isEmpty() || !beginsBefore(Configuration.fromMap(options), earliest.getAsLong())) {
      return context;
    }
    options.put(SCAN_STARTUP_MODE.key(), ScanStartupMode.TIMESTAMP.toString());
    options.put(SCAN_STARTUP_TIMESTAMP_MILLIS.key(), Long.toString(earliest.getAsLong()));
    return with(context, options);
  }

  private static boolean beginsBefore(Configuration options, long time) {
    return switch (options.get(SCAN_STARTUP_MODE)) {
      case EARLIEST_OFFSET -> true;
      case TIMESTAMP ->
          options.getOptional(SCAN_STARTUP_TIMESTAMP_MILLIS).stream()
              .anyMatch(start -> start < time);
      case LATEST_OFFSET, GROUP_OFFSETS, SPECIFIC_OFFSETS -> false;
    };
  }

  private static ZoneId zone(ReadableConfig session) {
    String zone = session.get(TableConfigOptions.LOCAL_TIME_ZONE);
    return zone.equals(TableConfigOptions.LOCAL_TIME_ZONE.defaultValue())
        ? ZoneId.systemDefault()
        : ZoneId.of(zone);
  }

  private static Context with(Context context, Map<String, String> options) {
    return new FactoryUtil.DefaultDynamicTableContext(
        context.getObjectIdentifier(),
        context.getCatalogTable().copy(options),
        context.getEnrichmentOptions(),
        context.getConfiguration(),
        context.getClassLoader(),
        context.isTemporary());
  }
}
