package io.flanstream.jobs.topology;

import io.flanstream.jobs.kafka.BrokerSettings;
import io.flanstream.operators.serialize.RecordLimit;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a topic takes, as Kafka says it, and at most what the pipeline says. It is asked when a task
 * opens and then every second, since anybody may change it: a record that the topic refuses would
 * fail the sink for ever. Where Kafka does not say, the pipeline's own limit holds.
 */
final class TopicLimit implements RecordLimit {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(TopicLimit.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Properties client;
  private final String topic;
  private final int configured;
  private transient volatile int bytes;
  private transient Thread watch;

  /**
   * The limit of a topic.
   *
   * @param client what Kafka's clients are told
   * @param topic the topic
   * @param configured the most that the pipeline writes, in bytes
   */
  TopicLimit(Properties client, String topic, int configured) {
    this.client = client;
    this.topic = topic;
    this.configured = configured;
    this.bytes = configured;
  }

  @Override
  public void open() {
    bytes = configured;
    Properties settings = new Properties();
    settings.putAll(client);
    String patience = String.valueOf(PATIENCE.toMillis());
    settings.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, patience);
    settings.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, patience);
    Admin admin = Admin.create(settings);
    boolean says = ask(admin);
    if (!says) {
      LOG.warn(
          "Kafka does not say how large a record topic {} takes; sink.max-record-size holds: {} bytes",
          topic,
          configured);
      admin.close(Duration.ZERO);
      return;
    }
    watch = new Thread(() -> watch(admin), "limit of " + topic);
    watch.setDaemon(true);
    watch.start();
  }

  private void watch(Admin admin) {
    try (admin) {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(PAUSE.toMillis());
        ask(admin);
      }
    } catch (InterruptedException e) {
      // Closed.
      Thread.currentThread().interrupt();
    }
  }

  /** Whether Kafka says it; where it is away, what it said before still holds. */
  private boolean ask(Admin admin) {
    try {
      OptionalLong says = BrokerSettings.maxMessageBytes(admin, topic);
      if (says.isPresent()) {
        take((int) Math.min(configured, says.getAsLong()));
      }
      return says.isPresent();
    } catch (ExecutionException | KafkaException e) {
      LOG.debug("Kafka does not answer about topic {}", topic, e);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void take(int most) {
    if (most != bytes) {
      LOG.warn(
          "Topic {} takes records of at most {} bytes now, {} before; sink.max-record-size is {}",
          topic,
          most,
          bytes,
          configured);
      bytes = most;
    }
  }

  @Override
  public int bytes() {
    return bytes;
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.interrupt();
    }
  }
}
