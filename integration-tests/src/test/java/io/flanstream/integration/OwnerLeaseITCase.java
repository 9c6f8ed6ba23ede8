package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.state.OwnerClaim;
import io.flanstream.jobs.state.OwnerLease;
import io.flanstream.jobs.state.OwnerRecord;
import io.flanstream.jobs.state.Ownership;
import io.flanstream.jobs.state.OwnershipLostException;
import io.flanstream.jobs.state.PipelineRunsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The lease of a pipeline, in a real Kafka. */
@Timeout(120)
class OwnerLeaseITCase {
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();

  private static final int TRIES = 4;
  private static final int TURNS = 10;

  @TempDir private Path directory;

  private OwnerClaim first;
  private OwnerClaim second;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    SERVERS.kafka().createTopics(1, "in", "out", "dead");
    Path file = Path.of(TestingPipelines.write(directory, SERVERS.kafka(), "lease", ""));
    first = OwnerClaim.of(PipelineFile.read(file));
    second = OwnerClaim.of(PipelineFile.read(file));
  }

  @AfterEach
  void stop() throws ExecutionException, InterruptedException, IOException {
    SERVERS.clear();
  }

  @Test
  void aRenewalInProgressDoesNotHideTheOwner() throws InterruptedException {
    try (OwnerLease lease = new OwnerLease(first);
        KafkaProducer<byte[], byte[]> renewing = renewing()) {
      lease.take();

      renewInPart(renewing);

      assertThat(owner()).contains(first.token());
      renewing.abortTransaction();
    }
  }

  @Test
  void whatIsTakenIsSeenAtOnce() throws InterruptedException {
    for (int i = 0; i < TURNS; i++) {
      OwnerClaim claim = i % 2 == 0 ? first : second;
      try (OwnerLease lease = new OwnerLease(claim)) {
        lease.take();
        assertThat(owner()).contains(claim.token());
      }
    }
  }

  @Test
  void aSecondRunIsRefusedAtAnyMoment() throws InterruptedException, PipelineRunsException {
    try (Ownership held = Ownership.take(first, owner -> false, said -> {})) {
      assertThat(held.before()).isEmpty();
      for (int i = 0; i < TRIES; i++) {
        assertThatThrownBy(() -> Ownership.take(second, owner -> false, said -> {}))
            .isInstanceOf(PipelineRunsException.class)
            .hasMessageContaining("it must not run yet, got process ");
      }
    }
  }

  /** Whoever is too late is told who runs, not what Kafka calls it. */
  @Test
  void ofTwoThatBeginAtTheSameMomentTheOtherIsRefused()
      throws ExecutionException, InterruptedException {
    ExecutorService both = Executors.newFixedThreadPool(2);
    CyclicBarrier start = new CyclicBarrier(2);
    try {
      List<Future<Optional<Exception>>> ends = new ArrayList<>();
      for (OwnerClaim claim : List.of(first, second)) {
        ends.add(both.submit(() -> end(claim, start)));
      }
      List<Exception> refused = new ArrayList<>();
      for (Future<Optional<Exception>> end : ends) {
        end.get().ifPresent(refused::add);
      }
      assertThat(refused).hasSizeLessThan(2).allMatch(PipelineRunsException.class::isInstance);
    } finally {
      both.shutdownNow();
    }
  }

  private static Optional<Exception> end(OwnerClaim claim, CyclicBarrier start)
      throws BrokenBarrierException, InterruptedException {
    start.await();
    try (Ownership taken = Ownership.take(claim, owner -> false, said -> {})) {
      assertThat(taken.before()).isEmpty();
      TimeUnit.SECONDS.sleep(3);
      return Optional.empty();
    } catch (PipelineRunsException | KafkaException e) {
      return Optional.of(e);
    }
  }

  @Test
  void aJobThatFlinkRestartsKeepsIt() throws InterruptedException {
    try (OwnerLease before = new OwnerLease(first);
        OwnerLease after = new OwnerLease(first)) {
      before.take();
      before.completed(7);
      before.leave();
      // Flink has closed the source's coordinator, and brings the next when the second run looks.
      assertThatThrownBy(() -> Ownership.take(second, owner -> false, said -> renew(after)))
          .isInstanceOf(PipelineRunsException.class);
      assertThat(OwnerLease.read(second).orElseThrow().checkpoint()).isEqualTo(7);
    }
  }

  @Test
  void whatIsGivenBackIsTakenAtOnce() throws InterruptedException, PipelineRunsException {
    try (OwnerLease lease = new OwnerLease(first)) {
      lease.take();
      lease.completed(7);
      lease.leave();
    }
    OwnerLease.giveBack(second);
    await(owner -> owner.checkpoint() == 7 && !owner.released());
    OwnerLease.giveBack(first);
    await(OwnerRecord::released);

    List<String> waits = new ArrayList<>();
    try (Ownership taken = Ownership.take(second, owner -> false, waits::add)) {
      assertThat(waits).isEmpty();
      assertThat(taken.before().orElseThrow().checkpoint()).isEqualTo(7);
      await(owner -> owner.token().equals(second.token()));
    }
    OwnerLease.giveBack(first);
    assertThat(owner()).contains(second.token());
  }

  /** Until Kafka shows what was committed, which is a moment after the transaction's end. */
  private void await(Predicate<OwnerRecord> expected) throws InterruptedException {
    while (OwnerLease.read(second).filter(expected).isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static void renew(OwnerLease lease) {
    try {
      lease.renew();
    } catch (OwnershipLostException e) {
      throw new IllegalStateException(e);
    }
  }

  private Optional<String> owner() {
    return OwnerLease.read(second).map(OwnerRecord::token);
  }

  private KafkaProducer<byte[], byte[]> renewing() {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            SERVERS.kafka().bootstrapServers(),
            "transactional.id",
            "renewing"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  @SuppressWarnings("removal") // The group has no member whose metadata there could be.
  private void renewInPart(KafkaProducer<byte[], byte[]> producer) {
    producer.initTransactions();
    producer.beginTransaction();
    producer.sendOffsetsToTransaction(
        Map.of(new TopicPartition("dead", 0), new OffsetAndMetadata(1, "{}")),
        new ConsumerGroupMetadata(first.group()));
  }
}
