package io.flanstream.jobs.pipeline;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Keys under {@code registry}. */
public final class RegistryOptions {
  static final String PROPERTIES_PREFIX = "registry.properties.";

  /** Where it is. */
  public static final ConfigOption<String> URL =
      ConfigOptions.key("registry.url")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Base address of a schema registry that speaks Confluent's REST API, such as https://registry:8081, or https://registry/apis/ccompat/v7 for Apicurio; several instances joined by commas. Required where a format is avro-confluent.");

  /** Whether schemas are registered. */
  public static final ConfigOption<Boolean> AUTO_REGISTER =
      ConfigOptions.key("registry.auto-register")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether the job registers the schemas that it writes, under the topic's name and -value. Where not, they must be there.");

  /** How long to ask. */
  public static final ConfigOption<Duration> TIMEOUT =
      ConfigOptions.key("registry.timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "How long a registry is asked again that is away or refuses, before the task fails. No record becomes a dead letter for it.");

  /** Client properties. */
  public static final ConfigOption<Map<String, String>> PROPERTIES =
      ConfigOptions.key("registry.properties")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Who asks and whom to trust, in Confluent's and Kafka's words: basic.auth.user.info (user:password) or bearer.auth.token, ssl.truststore.* and ssl.keystore.*. Values may come from config.providers, as those of kafka.properties.");

  private RegistryOptions() {}
}
