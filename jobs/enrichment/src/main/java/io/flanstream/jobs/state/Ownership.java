package io.flanstream.jobs.state;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease of a pipeline from before its job is sent until the job has it.
 *
 * <p>The job then renews it, with the same token, which fences the lease here.
 */
public final class Ownership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);
  private static final Duration LOOKED_EVERY = Duration.ofMillis(500);
  private static final String AT_THIS_MOMENT = "another that began at the same moment";

  private final OwnerLease lease;
  private final Optional<OwnerRecord> before;
  private final ScheduledExecutorService renewing =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "owner-lease");
            thread.setDaemon(true);
            return thread;
          });

  private Ownership(OwnerLease lease, Optional<OwnerRecord> before) {
    this.lease = lease;
    this.before = before;
    var unused =
        renewing.scheduleWithFixedDelay(
            this::renew,
            OwnerLease.RENEWED_EVERY.toMillis(),
            OwnerLease.RENEWED_EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /**
   * Takes the lease of a pipeline that does not run.
   *
   * @param claim as whom
   * @param isDead whether an owner is known to have ended without giving the lease back
   * @param says what is waited for
   * @throws PipelineRunsException if it runs
   */
  public static Ownership take(
      OwnerClaim claim, Predicate<OwnerRecord> isDead, Consumer<String> says)
      throws PipelineRunsException, InterruptedException {
    Optional<OwnerRecord> before = OwnerLease.read(claim);
    if (before.isPresent() && !before.get().released() && !isDead.test(before.get())) {
      before = awaitDeath(claim, before.get(), says);
    }
    OwnerLease lease = new OwnerLease(claim);
    boolean taken = false;
    try {
      lease.take();
      taken = true;
      return new Ownership(lease, before);
    } catch (ProducerFencedException | InvalidProducerEpochException e) {
      String who = OwnerLease.read(claim).map(OwnerRecord::who).orElse(AT_THIS_MOMENT);
      LOG.debug("Fenced while the lease was taken", e);
      throw new PipelineRunsException(claim.pipeline(), who);
    } finally {
      if (!taken) {
        lease.close();
      }
    }
  }

  /** Waits as long as an owner may be silent. */
  private static Optional<OwnerRecord> awaitDeath(
      OwnerClaim claim, OwnerRecord seen, Consumer<String> says)
      throws PipelineRunsException, InterruptedException {
    says.accept(
        String.format(
            Locale.ROOT,
            "Waiting up to %d s to see whether %s still runs the pipeline",
            OwnerLease.LASTS.toSeconds(),
            seen.who()));
    long deadline = System.nanoTime() + OwnerLease.LASTS.toNanos();
    while (System.nanoTime() < deadline) {
      TimeUnit.NANOSECONDS.sleep(LOOKED_EVERY.toNanos());
      Optional<OwnerRecord> now = OwnerLease.read(claim);
      if (now.isEmpty() || now.get().released()) {
        return now;
      }
      if (!now.get().equals(seen)) {
        throw new PipelineRunsException(claim.pipeline(), now.get().who());
      }
    }
    return Optional.of(seen);
  }

  /** Who had it before. */
  public Optional<OwnerRecord> before() {
    return before;
  }

  /** Says more of the run that has the lease; fails where another has taken it since. */
  public void claim(OwnerClaim same) throws OwnershipLostException {
    lease.claim(same);
  }

  /** Gives it back, where no job has it yet. */
  public void release() {
    renewing.shutdownNow();
    lease.release();
  }

  /** Leaves it to the job. */
  @Override
  public void close() {
    renewing.shutdownNow();
    lease.close();
  }

  private void renew() {
    try {
      lease.renew();
    } catch (OwnershipLostException | KafkaException e) {
      // The job has it, or will be told.
      LOG.debug("The lease is renewed elsewhere", e);
      close();
    }
  }
}
