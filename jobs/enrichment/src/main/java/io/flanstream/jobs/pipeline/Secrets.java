package io.flanstream.jobs.pipeline;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/** Keeps passwords and keys out of messages and logs. */
public final class Secrets {
  private static final String MASK = "******";

  private Secrets() {}

  /** The value, or a mask where the key names a secret. */
  static Object masked(String key, Object value) {
    return isSecret(key) ? MASK : value;
  }

  static Map<String, String> masked(Map<String, String> properties) {
    Map<String, String> masked = new TreeMap<>(properties);
    masked.replaceAll((key, value) -> isSecret(key) ? MASK : value);
    return masked;
  }

  /** Whether a key, of a pipeline or of a client, names a secret to Kafka or to Flink. */
  public static boolean isSecret(String key) {
    String clientKey =
        Stream.of(KafkaOptions.PROPERTIES_PREFIX, RegistryOptions.PROPERTIES_PREFIX)
            .filter(key::startsWith)
            .map(prefix -> key.substring(prefix.length()))
            .findFirst()
            .orElse(key);
    return GlobalConfiguration.isSensitive(clientKey)
        || RegistryProperties.isSecret(clientKey)
        || Stream.of(ConsumerConfig.configDef(), ProducerConfig.configDef())
            .map(definition -> definition.configKeys().get(clientKey))
            .anyMatch(entry -> entry != null && entry.type == ConfigDef.Type.PASSWORD);
  }
}
