package io.flanstream.jobs.pipeline;

import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.configuration.ReadableConfig;

/**
 * Which Kafka, and as whom.
 *
 * @param bootstrapServers brokers to ask first, host:port, joined by commas
 * @param groupId consumer group under which read offsets are committed
 * @param properties what else the clients are told; secrets are masked in {@link #toString()}
 */
public record KafkaSettings(
    String bootstrapServers, String groupId, Map<String, String> properties) {
  private static final Set<String> OURS =
      Set.of(
          "bootstrap.servers",
          "group.id",
          "client.id",
          "enable.auto.commit",
          "auto.offset.reset",
          "isolation.level",
          "key.deserializer",
          "value.deserializer",
          "key.serializer",
          "value.serializer",
          "transactional.id",
          "transaction.timeout.ms",
          "max.request.size",
          "enable.idempotence",
          "acks");

  /** Keeps its own copy. */
  public KafkaSettings {
    properties = Map.copyOf(properties);
  }

  /** What every client is told: brokers and properties. */
  public Properties clientProperties() {
    Properties client = new Properties();
    client.putAll(properties);
    client.setProperty("bootstrap.servers", bootstrapServers);
    return client;
  }

  /**
   * The same for one that reads topics to an end. A consumer asks for more before it is read, and
   * its close waits for the answer, which a broker that has no more holds back for this long;
   * Kafka's own half a second is most of what a short read takes.
   */
  public Properties boundedReaderProperties() {
    Properties client = clientProperties();
    client.putIfAbsent("fetch.max.wait.ms", "50");
    return client;
  }

  static KafkaSettings from(ReadableConfig config, String name, Violations faults) {
    String servers = Rules.required(config, KafkaOptions.BOOTSTRAP_SERVERS, faults);
    if (servers != null) {
      faults.check(
          servers.matches("\\s*[^\\s,:]+:\\d{1,5}\\s*(,\\s*[^\\s,:]+:\\d{1,5}\\s*)*")
              || servers.matches("\\s*\\[[0-9a-fA-F:]+]:\\d{1,5}\\s*"),
          KafkaOptions.BOOTSTRAP_SERVERS,
          "must be host:port, joined by commas",
          servers);
    }
    Map<String, String> properties = config.get(KafkaOptions.PROPERTIES);
    properties.keySet().stream()
        .filter(OURS::contains)
        .sorted()
        .forEach(
            key ->
                faults.add(
                    KafkaOptions.PROPERTIES_PREFIX + key,
                    "must not be set: the pipeline decides it",
                    properties.get(key)));
    KafkaClientProperties.check(properties, OURS, faults);
    return new KafkaSettings(
        servers == null ? "" : servers,
        config.getOptional(KafkaOptions.GROUP_ID).orElse("flanstream-" + name),
        properties);
  }

  @Override
  public String toString() {
    return "KafkaSettings[bootstrapServers=%s, groupId=%s, properties=%s]"
        .formatted(bootstrapServers, groupId, Secrets.masked(properties));
  }
}
