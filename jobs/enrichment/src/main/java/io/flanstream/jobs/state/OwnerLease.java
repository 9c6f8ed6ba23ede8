package io.flanstream.jobs.state;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run's lease of its pipeline: a record of a consumer group of its own, written in transactions.
 *
 * <p>Whoever takes it fences whoever had it, so that two never have it. An owner that has not
 * renewed it for {@link #LASTS} counts as dead. Where Kafka allows no such group or transaction,
 * nobody is asked. Thread-safe.
 */
public final class OwnerLease implements AutoCloseable {
  /** How often it is renewed. */
  public static final Duration RENEWED_EVERY = Duration.ofSeconds(2);

  /** How long after the last renewal its owner counts as alive. */
  public static final Duration LASTS = Duration.ofSeconds(15);

  private static final Logger LOG = LoggerFactory.getLogger(OwnerLease.class);
  private static final String PATIENCE_MILLIS = "10000";
  private static final String TRANSACTION_MILLIS = "60000";
  private static final long SHOWN_EVERY_MILLIS = 20;

  private OwnerClaim claim;
  private KafkaProducer<byte[], byte[]> producer;
  private boolean unsupported;
  private boolean closed;
  private long beat;
  private final AtomicLong checkpoint = new AtomicLong();

  /** A lease that is not held until it is taken or renewed. */
  public OwnerLease(OwnerClaim claim) {
    this.claim = claim;
  }

  /** Who has or had the lease last; empty where Kafka knows of nobody, or does not say. */
  public static Optional<OwnerRecord> read(OwnerClaim claim) {
    Map<String, Object> client = claim.clientProperties();
    client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
    client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
    try (Admin admin = Admin.create(client)) {
      OffsetAndMetadata found =
          admin
              // What is committed. Where only stable offsets are asked for, Kafka's client leaves
              // out a partition with a transaction in progress, as if nobody had the lease.
              .listConsumerGroupOffsets(
                  claim.group(), new ListConsumerGroupOffsetsOptions().requireStable(false))
              .partitionsToOffsetAndMetadata()
              .get()
              .get(partition(claim));
      return Optional.ofNullable(found)
          .map(OffsetAndMetadata::metadata)
          .filter(json -> !json.isEmpty())
          .map(OwnerRecord::parse);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return Optional.empty();
      }
      throw new KafkaException("Cannot read who runs the pipeline: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("Cannot read who runs the pipeline: interrupted", e);
    }
  }

  /** Takes the lease from whoever has it, who is fenced. Others see it when this returns. */
  public synchronized void take() throws InterruptedException {
    begin();
    write(false);
    awaitShown();
  }

  /** Kafka says that a transaction is committed a moment before it shows what was. */
  private void awaitShown() throws InterruptedException {
    if (unsupported) {
      return;
    }
    long deadline = System.nanoTime() + LASTS.toNanos();
    Optional<OwnerRecord> shown = read(claim);
    while (shown.filter(this::isMine).isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new KafkaException(
            "Cannot run pipeline %s: Kafka must show its lease within %s s of the transaction, got %s"
                .formatted(
                    claim.pipeline(),
                    LASTS.toSeconds(),
                    shown.map(owner -> "that of " + owner.who()).orElse("none")));
      }
      TimeUnit.MILLISECONDS.sleep(SHOWN_EVERY_MILLIS);
      shown = read(claim);
    }
  }

  private boolean isMine(OwnerRecord owner) {
    return owner.token().equals(claim.token());
  }

  /** Says more of the run that has the lease. */
  public synchronized void claim(OwnerClaim same) throws OwnershipLostException {
    claim = same;
    renew();
  }

  /**
   * Renews the lease; takes it over from a holder with the same token at first.
   *
   * @throws OwnershipLostException if another run has it
   */
  public synchronized void renew() throws OwnershipLostException {
    if (unsupported || closed) {
      return;
    }
    try {
      if (producer == null) {
        checkMine();
        begin();
        checkMine();
      }
      write(false);
    } catch (ProducerFencedException | InvalidProducerEpochException e) {
      forget();
      checkMine();
      throw e;
    } catch (KafkaException e) {
      // Kafka may be away for a while; nobody else can take the lease there either.
      LOG.warn("Cannot renew the lease of pipeline {}", claim.pipeline(), e);
      forget();
    }
  }

  /** Notes that a checkpoint or savepoint of the run is complete; said when it is renewed. */
  public void completed(long id) {
    checkpoint.set(id);
  }

  /** Gives the lease back: another run need not wait. */
  public synchronized void release() {
    writeLast(true);
  }

  /**
   * Renews the lease for the last time, and keeps it: its job may go on, as it does when Flink
   * restarts it.
   */
  public synchronized void leave() {
    writeLast(false);
  }

  /** Gives back the lease of a job that has ended, unless somebody else has taken it. */
  public static void giveBack(OwnerClaim claim) {
    try (OwnerLease lease = new OwnerLease(claim)) {
      Optional<OwnerRecord> last = read(claim);
      if (last.isPresent() && !last.get().released() && last.get().token().equals(claim.token())) {
        lease.goOnFrom(last.get());
      }
    } catch (KafkaException e) {
      LOG.info("The lease of pipeline {} was not given back", claim.pipeline(), e);
    }
  }

  private synchronized void goOnFrom(OwnerRecord last) {
    checkpoint.set(last.checkpoint());
    beat = last.beat();
    begin();
    release();
  }

  private void writeLast(boolean released) {
    if (producer != null && !closed) {
      try {
        write(released);
      } catch (KafkaException e) {
        LOG.info("The end of a run of pipeline {} was not written", claim.pipeline(), e);
      }
    }
    close();
  }

  /** Stops renewing, and leaves the lease as it is. */
  @Override
  public synchronized void close() {
    closed = true;
    forget();
  }

  private void checkMine() throws OwnershipLostException {
    Optional<OwnerRecord> now = read(claim);
    if (now.isEmpty()) {
      return;
    }
    if (!isMine(now.get())) {
      throw new OwnershipLostException(claim.pipeline(), now.get());
    }
    // What it said before Flink restarted its job.
    checkpoint.accumulateAndGet(now.get().checkpoint(), Math::max);
    beat = Math.max(beat, now.get().beat());
  }

  private void begin() {
    Map<String, Object> client = claim.clientProperties();
    client.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, claim.transactionalId());
    client.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
    client.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MILLIS);
    producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
    } catch (AuthorizationException e) {
      unsupport(e);
    }
  }

  @SuppressWarnings("removal") // The group has no member whose metadata there could be.
  private void write(boolean released) {
    if (unsupported) {
      return;
    }
    beat++;
    OffsetAndMetadata record =
        new OffsetAndMetadata(claim.start(), claim.record(checkpoint.get(), beat, released).json());
    try {
      producer.beginTransaction();
      producer.sendOffsetsToTransaction(
          Map.of(partition(claim), record), new ConsumerGroupMetadata(claim.group()));
      producer.commitTransaction();
    } catch (AuthorizationException e) {
      unsupport(e);
    }
  }

  private void unsupport(AuthorizationException e) {
    LOG.warn(
        "Kafka does not let the pipeline keep a lease (group {}, transactional id {}): a second run"
            + " of it is not noticed",
        claim.group(),
        claim.transactionalId(),
        e);
    unsupported = true;
    forget();
  }

  private void forget() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }

  private static TopicPartition partition(OwnerClaim claim) {
    return new TopicPartition(claim.topic(), 0);
  }
}
