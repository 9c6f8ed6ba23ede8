package io.flanstream.jobs.kafka;

import io.flanstream.jobs.pipeline.KafkaSettings;
import io.flanstream.jobs.pipeline.SourceTopics;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions that hold up whoever reads committed records: nothing behind the first record of one
 * is read before it ends.
 */
public final class OpenTransactions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenTransactions.class);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Admin admin;
  private final SourceTopics topics;
  private final Consumer<String> out;
  private final Thread thread;
  private Set<Open> before = Set.of();
  private final Set<Open> said = new HashSet<>();

  /**
   * A transaction.
   *
   * @param partition the partition
   * @param offset its first record there
   * @param producer id of the producer that has it open
   */
  private record Open(TopicPartition partition, long offset, long producer) {}

  private OpenTransactions(Admin admin, SourceTopics topics, Consumer<String> out) {
    this.admin = admin;
    this.topics = topics;
    this.out = out;
    this.thread = new Thread(this::watch, "open transactions");
  }

  /**
   * Says of each transaction that stays open for some seconds, once, who has it open and since
   * where. A broker that does not answer such questions is asked once.
   *
   * @param kafka which Kafka
   * @param topics the topics
   * @param out takes the lines
   */
  public static OpenTransactions watch(
      KafkaSettings kafka, SourceTopics topics, Consumer<String> out) {
    OpenTransactions watched =
        new OpenTransactions(Admin.create(kafka.clientProperties()), topics, out);
    watched.thread.setDaemon(true);
    watched.thread.start();
    return watched;
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Set<Open> now = open();
        for (Open transaction : now) {
          if (before.contains(transaction) && said.add(transaction)) {
            out.accept(line(transaction));
          }
        }
        before = now;
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | KafkaException e) {
      LOG.info("Kafka does not say which transactions of {} are open", topics.text(), e);
    }
  }

  private Set<Open> open() throws ExecutionException, InterruptedException {
    List<TopicPartition> partitions =
        TopicIds.described(admin, topics).stream()
            .flatMap(
                topic ->
                    topic.partitions().stream()
                        .map(info -> new TopicPartition(topic.name(), info.partition())))
            .toList();
    Set<Open> found = new HashSet<>();
    admin
        .describeProducers(partitions)
        .all()
        .get()
        .forEach(
            (partition, state) -> {
              for (ProducerState producer : state.activeProducers()) {
                producer
                    .currentTransactionStartOffset()
                    .ifPresent(
                        offset -> found.add(new Open(partition, offset, producer.producerId())));
              }
            });
    return found;
  }

  private String line(Open transaction) throws InterruptedException {
    return "Waiting: partition %s of %s has a transaction open since offset %s, of %s; what is behind it is read when it ends"
        .formatted(
            transaction.partition().partition(),
            transaction.partition().topic(),
            transaction.offset(),
            producer(transaction));
  }

  private String producer(Open transaction) throws InterruptedException {
    Map<Long, String> names = new HashMap<>();
    try {
      for (TransactionListing listing :
          admin
              .listTransactions(
                  new ListTransactionsOptions().filterProducerIds(Set.of(transaction.producer())))
              .all()
              .get()) {
        names.put(listing.producerId(), "transactional.id " + listing.transactionalId());
      }
    } catch (ExecutionException e) {
      LOG.debug("Kafka does not say whose transaction it is", e);
    }
    return names.getOrDefault(transaction.producer(), "producer " + transaction.producer());
  }

  @Override
  public void close() {
    thread.interrupt();
    admin.close(Duration.ZERO);
  }
}
