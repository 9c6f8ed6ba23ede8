package io.flanstream.jobs.pipeline;

import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Keys under {@code kafka}. */
public final class KafkaOptions {
  static final String PROPERTIES_PREFIX = "kafka.properties.";

  /** Brokers. */
  public static final ConfigOption<String> BOOTSTRAP_SERVERS =
      ConfigOptions.key("kafka.bootstrap-servers")
          .stringType()
          .noDefaultValue()
          .withDescription("Brokers to ask first, host:port, joined by commas. Required.");

  /** Consumer group. */
  public static final ConfigOption<String> GROUP_ID =
      ConfigOptions.key("kafka.group-id")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Consumer group under which read offsets are committed; flanstream- and the pipeline's name unless set.");

  /** Client properties. */
  public static final ConfigOption<Map<String, String>> PROPERTIES =
      ConfigOptions.key("kafka.properties")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Properties of the Kafka clients, such as security.protocol, passed on as they are. What the pipeline itself decides cannot be set here.");

  private KafkaOptions() {}
}
