package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes messages to a topic little by little, each tenth of them malformed. Keys are ids. */
final class TestingFeed implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final long INTERVAL_MILLIS = 10;

  private final IntFunction<byte[]> messages;
  private final String topic;
  private final int partitions;
  private final KafkaProducer<byte[], byte[]> producer;
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> writing;
  private int total;
  private int sent;

  TestingFeed(String bootstrapServers, String topic, int partitions, int total) {
    this(bootstrapServers, topic, partitions, total, messages(number -> "card lost"));
  }

  /** The same, with other messages by their numbers. */
  TestingFeed(
      String bootstrapServers,
      String topic,
      int partitions,
      int total,
      IntFunction<byte[]> messages) {
    this.messages = messages;
    this.topic = topic;
    this.partitions = partitions;
    this.total = total;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.writing =
        executor.scheduleAtFixedRate(this::send, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Waits until so many messages are sent. */
  synchronized void awaitSent(int count) throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (sent < count) {
      if (System.nanoTime() > deadline || writing.isDone()) {
        throw new TimeoutException("only %s of %s messages are sent".formatted(sent, count));
      }
      TimeUnit.NANOSECONDS.timedWait(this, deadline - System.nanoTime());
    }
    producer.flush();
  }

  /** How many messages are sent. */
  synchronized int sent() {
    return sent;
  }

  /** Sends no more than it has; the broker has it all when this returns. */
  synchronized void end() {
    total = sent;
    producer.flush();
  }

  /** Ids of what can be enriched. */
  synchronized List<String> good() {
    return ids(false);
  }

  /** Ids of what cannot. */
  synchronized List<String> bad() {
    return ids(true);
  }

  @Override
  public void close() {
    executor.shutdownNow();
    producer.close();
  }

  private synchronized void send() {
    if (sent < total) {
      var unused =
          producer.send(
              new ProducerRecord<>(
                  topic, sent % partitions, id(sent).getBytes(UTF_8), messages.apply(sent)));
      sent++;
      notifyAll();
    }
  }

  /** What a message is called, and its key. */
  static String id(int number) {
    return "m" + number;
  }

  /** The number of what is called so. */
  static int number(String id) {
    return Integer.parseInt(id.substring(1));
  }

  /** Messages with texts by their numbers, those malformed that are meant to be. */
  static IntFunction<byte[]> messages(IntFunction<String> texts) {
    return number ->
        (isBad(number)
                ? "{\"id\": \"" + id(number)
                : "{\"id\": \"%s\", \"text\": \"%s\"}".formatted(id(number), texts.apply(number)))
            .getBytes(UTF_8);
  }

  private List<String> ids(boolean bad) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < total; i++) {
      if (isBad(i) == bad) {
        ids.add(id(i));
      }
    }
    return ids;
  }

  private static boolean isBad(int number) {
    return number % 10 == 9;
  }
}
