package io.flanstream.jobs.deadletter;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.operators.deadletter.OriginalRecord;
import io.flanstream.operators.deadletter.ReplayHeader;
import io.flanstream.schemas.DeadLetter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends records back to where they were read from, with their own key, value and headers, and a
 * {@link ReplayHeader}: all of them in one transaction, which ends with {@link #commit}, or, where
 * that would be open for so long that the broker could abort it, in several.
 */
public final class Replay implements AutoCloseable {
  /** What the ids of its transactions begin with. */
  public static final String TRANSACTIONS = "flanstream-replay-";

  private final KafkaProducer<byte[], byte[]> producer;
  private final Duration longest;
  private boolean open;
  private long begun;
  private int transactions;
  private long sent;
  private long committed;

  /** Begins a transaction. */
  public Replay(Pipeline pipeline) {
    Properties client = pipeline.kafka().clientProperties();
    client.setProperty(ProducerConfig.TRANSACTIONAL_ID_CONFIG, TRANSACTIONS + UUID.randomUUID());
    client.setProperty(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(pipeline.sink().maxRecordBytes()));
    Duration timeout = pipeline.sink().transactionTimeout();
    client.setProperty(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Long.toString(timeout.toMillis()));
    // The other half is for a pause of this process.
    this.longest = timeout.dividedBy(2);
    this.producer =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    begin();
  }

  /**
   * Begins a transaction that marks the letters of what it sends.
   *
   * @throws io.flanstream.jobs.terminal.CommandException if they cannot be marked
   */
  public static Replay marked(Pipeline pipeline, ReplayMarks marks) {
    marks.create();
    return new Replay(pipeline);
  }

  private void begin() {
    producer.beginTransaction();
    open = true;
    begun = System.nanoTime();
    transactions++;
  }

  /**
   * Sends a record again, and marks its letter as replayed in the same transaction.
   *
   * @param letter a dead letter with all of its record: {@link OriginalRecord#missing} is empty
   * @param marks where it is marked
   */
  public void send(StoredDeadLetter letter, ReplayMarks marks) {
    send(letter.letter());
    // The commit waits for it, and fails where it did.
    var unusedMetadata = producer.send(marks.mark(letter));
  }

  /**
   * Sends a record again, without a mark.
   *
   * @param letter a dead letter with all of its record: {@link OriginalRecord#missing} is empty
   */
  public void send(DeadLetter letter) {
    if (System.nanoTime() - begun > longest.toNanos()) {
      commit();
      begin();
    }
    String topic = letter.getSource().getTopic();
    int partition = letter.getSource().getPartition();
    boolean isThere = partition < producer.partitionsFor(topic).size();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic, isThere ? partition : null, bytes(letter.getKey()), bytes(letter.getPayload()));
    letter.getHeaders().stream()
        .filter(header -> !header.getName().equals(ReplayHeader.NAME))
        .forEach(header -> record.headers().add(header.getName(), bytes(header.getValue())));
    record.headers().add(ReplayHeader.NAME, ReplayHeader.of(letter.getAttempts()).value());
    // The commit waits for it, and fails where it did.
    var unusedMetadata = producer.send(record);
    sent++;
  }

  /** Makes what was sent readable. */
  public void commit() {
    producer.commitTransaction();
    open = false;
    committed = sent;
  }

  /** In how many transactions it is sent. */
  public int transactions() {
    return transactions;
  }

  /** How many of the records that were sent first can be read, and stay. */
  public long committed() {
    return committed;
  }

  /** Takes back what was sent and is not committed. */
  @Override
  public void close() {
    try (producer) {
      if (open) {
        producer.abortTransaction();
      }
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
