package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.RegistryOptions;
import io.flanstream.jobs.pipeline.RegistrySettings;
import io.flanstream.jobs.registry.RegistryConnection;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.FormatDescriptor;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * The format {@value #NAME}: Avro in Confluent's wire format, read by the code that reads it in the
 * job. Not named as Flink's own, which may lie beside it.
 */
public final class FramedAvroFormatFactory implements DeserializationFormatFactory {
  static final String NAME = "flan-avro-confluent";

  private static final ConfigOption<String> URL =
      ConfigOptions.key("url")
          .stringType()
          .noDefaultValue()
          .withDescription(RegistryOptions.URL.description());
  private static final ConfigOption<Duration> TIMEOUT =
      ConfigOptions.key("timeout")
          .durationType()
          .defaultValue(RegistryOptions.TIMEOUT.defaultValue())
          .withDescription(RegistryOptions.TIMEOUT.description());
  private static final ConfigOption<Map<String, String>> PROPERTIES =
      ConfigOptions.key("properties")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(RegistryOptions.PROPERTIES.description());

  /** The format with the registry of a pipeline. */
  static FormatDescriptor descriptor(RegistrySettings registry) {
    FormatDescriptor.Builder format =
        FormatDescriptor.forFormat(NAME)
            .option(URL, registry.url())
            .option(TIMEOUT, registry.timeout());
    registry
        .properties()
        .forEach((key, value) -> format.option(PROPERTIES.key() + '.' + key, value));
    return format.build();
  }

  @Override
  public DecodingFormat<DeserializationSchema<RowData>> createDecodingFormat(
      DynamicTableFactory.Context context, ReadableConfig options) {
    FactoryUtil.validateFactoryOptions(this, options);
    RegistryConnection registry =
        new RegistryConnection(
            new RegistrySettings(
                options.get(URL), false, options.get(TIMEOUT), options.get(PROPERTIES)));
    return new AvroRowFormat(expected -> new FramedAvroSchema(registry, expected));
  }

  @Override
  public String factoryIdentifier() {
    return NAME;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(URL);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of(TIMEOUT, PROPERTIES);
  }
}
