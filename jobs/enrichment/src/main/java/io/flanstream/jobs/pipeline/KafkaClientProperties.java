package io.flanstream.jobs.pipeline;

import io.flanstream.model.task.NearestName;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;

/**
 * What Kafka's clients would say of the properties that they are given: Flink would restart a job
 * with a bad value for ever, and clients pass over names that they do not know.
 */
final class KafkaClientProperties {
  private static final String PROVIDERS = "config.providers";
  private static final String PROVIDED = "${";
  private static final Map<String, ConfigKey> KNOWN = known();

  private KafkaClientProperties() {}

  /**
   * Checks properties.
   *
   * @param properties what the clients are told
   * @param except names of which all is said elsewhere
   * @param faults takes what is wrong
   */
  static void check(Map<String, String> properties, Set<String> except, Violations faults) {
    boolean takesAnyName = properties.keySet().stream().anyMatch(KafkaClientProperties::isPlugin);
    new TreeMap<>(properties)
        .forEach(
            (name, value) -> {
              ConfigKey key = KNOWN.get(name);
              String path = KafkaOptions.PROPERTIES_PREFIX + name;
              if (except.contains(name)) {
                return;
              }
              if (key != null) {
                fault(key, value).ifPresent(rule -> faults.add(path, rule, value));
              } else if (!takesAnyName && !isProvider(name)) {
                faults.add(path, unknown(name));
              }
            });
  }

  private static String unknown(String name) {
    return "is unknown to Kafka's clients"
        + NearestName.of(name, KNOWN.keySet()).map("; did you mean %s?"::formatted).orElse("");
  }

  /** A class of somebody else's reads properties that only it knows. */
  private static boolean isPlugin(String name) {
    return !isProvider(name)
        && (name.endsWith(".class")
            || name.endsWith(".classes")
            || name.equals("metric.reporters"));
  }

  /** Says where values come from that a file does not have: the clients put them in. */
  private static boolean isProvider(String name) {
    return name.equals(PROVIDERS) || name.startsWith(PROVIDERS + ".");
  }

  private static Optional<String> fault(ConfigKey key, String value) {
    if (key.type == ConfigDef.Type.CLASS || isPlugin(key.name) || value.contains(PROVIDED)) {
      // A class may be on the class path of the cluster alone.
      return Optional.empty();
    }
    try {
      Object parsed = ConfigDef.parseType(key.name, value, key.type);
      if (key.validator != null) {
        key.validator.ensureValid(key.name, parsed);
      }
      return Optional.empty();
    } catch (ConfigException e) {
      return Optional.of(rule(key, e));
    }
  }

  private static String rule(ConfigKey key, ConfigException refusal) {
    String said = String.valueOf(refusal.getMessage());
    // "Invalid value lz5 for configuration compression.type: String must be one of: none, gzip"
    int reason = said.indexOf(key.name + ": ");
    return reason < 0
        ? "is not valid"
        : "is not valid: " + said.substring(reason + key.name.length() + 2);
  }

  private static Map<String, ConfigKey> known() {
    Map<String, ConfigKey> known = new TreeMap<>();
    for (ConfigDef definition :
        new ConfigDef[] {
          AdminClientConfig.configDef(), ConsumerConfig.configDef(), ProducerConfig.configDef()
        }) {
      known.putAll(definition.configKeys());
    }
    return known;
  }
}
