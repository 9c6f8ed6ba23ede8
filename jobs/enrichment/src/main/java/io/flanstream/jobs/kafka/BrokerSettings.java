package io.flanstream.jobs.kafka;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * Numbers among the settings of brokers and topics. Not every broker that speaks Kafka's protocol
 * has them, and not every principal may see them: nothing is said then, and that is no failure.
 */
public final class BrokerSettings {

  private BrokerSettings() {}

  /**
   * The largest batch that a topic takes, in bytes: its own limit, else its broker's.
   *
   * @throws ExecutionException if Kafka does not answer, or has no such topic
   */
  public static OptionalLong maxMessageBytes(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    return number(
        admin,
        new ConfigResource(ConfigResource.Type.TOPIC, topic),
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
  }

  /**
   * A setting of a broker.
   *
   * @throws ExecutionException if Kafka does not answer
   */
  public static OptionalLong ofBroker(Admin admin, String key)
      throws ExecutionException, InterruptedException {
    List<Node> nodes = List.copyOf(admin.describeCluster().nodes().get());
    return nodes.isEmpty()
        ? OptionalLong.empty()
        : number(
            admin, new ConfigResource(ConfigResource.Type.BROKER, nodes.get(0).idString()), key);
  }

  private static OptionalLong number(Admin admin, ConfigResource of, String key)
      throws ExecutionException, InterruptedException {
    try {
      Config config = admin.describeConfigs(List.of(of)).values().get(of).get();
      ConfigEntry entry = config == null ? null : config.get(key);
      return entry == null || entry.value() == null || !entry.value().matches("\\d{1,18}")
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(entry.value()));
    } catch (ExecutionException e) {
      if (isSilence(e.getCause())) {
        return OptionalLong.empty();
      }
      throw e;
    }
  }

  private static boolean isSilence(Throwable failure) {
    return failure instanceof AuthorizationException
        || failure instanceof UnsupportedVersionException;
  }
}
