package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.local.LocalCluster;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes of a cluster and the broker's are killed while records flow.
 *
 * <p>{@code -Dflanstream.kills=20 -Dflanstream.kills.brokers=5 -Dflanstream.kills.records=100000}
 * makes it long. Of many kills, most must have hit an open transaction and some the moment between
 * pre-commit and commit, which a single one may miss.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class KillsITCase {
  private static final long SEED = 20260101;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int TASK_MANAGERS = 2;
  private static final int KILLS = Integer.getInteger("flanstream.kills", 1);
  private static final int BROKER_KILLS = Integer.getInteger("flanstream.kills.brokers", 1);
  private static final int JOB_MANAGER_KILLS =
      Integer.getInteger("flanstream.kills.job-managers", 1);
  private static final int RECORDS = Integer.getInteger("flanstream.kills.records", 2000);
  private static final int TEXTS = 200;
  private static final String PIPELINE = "kills";
  private static final String[] OPTIONS = {
    "--task-managers", "2", "--slots", "1", "--high-availability"
  };

  private final Random random = new Random(SEED);

  @TempDir private Path directory;

  private TestingBroker broker;
  private TestingCluster cluster;
  private TestingTopics topics;
  private TestingTransactions transactions;
  private int inTransaction;
  private int preCommitted;

  /** Every record once, whatever is killed, and whether the job is stopped and resumed between. */
  @Test
  void losesAndDoublesNothing()
      throws ExecutionException, IOException, InterruptedException, TimeoutException {
    try (TestingBroker ownBroker = new TestingBroker(directory);
        TestingCluster ownCluster = new TestingCluster(directory, OPTIONS);
        TestingTransactions ownTransactions =
            new TestingTransactions(ownBroker.bootstrapServers(), PIPELINE)) {
      broker = ownBroker;
      cluster = ownCluster;
      transactions = ownTransactions;
      topics = new TestingTopics(broker.bootstrapServers());
      topics.create(2, "in", "out", "dead");
      String pipeline =
          TestingPipelines.writeWithSpans(
              directory, broker.bootstrapServers(), PIPELINE, "parallelism: 2");
      cluster.run(0, "run", pipeline);
      try (TestingFeed feed =
          new TestingFeed(
              broker.bootstrapServers(), "in", 2, RECORDS, TestingFeed.messages(this::text))) {
        killWhileRecordsFlow(feed);
        awaitRecovered(feed);
        String savepoint = cluster.run(0, "jobs", "stop", PIPELINE, "--savepoint").strip();
        assertThat(savepoint).startsWith("file:").contains("/savepoints/");
        cluster.run(0, "run", pipeline, "--from-savepoint", savepoint);
        feed.awaitSent(RECORDS);
        topics.readUntil("out", feed.good().size());
        topics.readUntil("dead", feed.bad().size());
        assertThat(topics.keys("out")).containsExactlyInAnyOrderElementsOf(feed.good());
        assertThat(topics.keys("dead")).containsExactlyInAnyOrderElementsOf(feed.bad());
      }
      assertAnswers(Path.of(pipeline));
      report();
      assertThat(inTransaction)
          .as("kills of TaskManagers inside a transaction")
          .isGreaterThanOrEqualTo(KILLS * 3 / 4);
      assertThat(preCommitted)
          .as("kills between pre-commit and commit")
          .isGreaterThanOrEqualTo(KILLS / 10);
    }
  }

  private String text(int number) {
    return "my card was lost in town " + number % TEXTS;
  }

  private void killWhileRecordsFlow(TestingFeed feed)
      throws ExecutionException, IOException, InterruptedException, TimeoutException {
    List<Victim> victims = victims();
    for (int kill = 0; kill < victims.size(); kill++) {
      feed.awaitSent((2 * kill + 1) * (RECORDS / (2 * victims.size() + 2)));
      kill(victims.get(kill));
    }
  }

  /**
   * A job that has not come back from a kill cannot be stopped: it has when there is a result of
   * what was sent later.
   */
  private void awaitRecovered(TestingFeed feed) throws TimeoutException {
    int later = Math.min(feed.sent(), RECORDS - 2);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (topics.keys("out").stream().mapToInt(TestingFeed::number).max().orElse(-1) < later) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("no result of message %s or a later one".formatted(later));
      }
    }
  }

  private List<Victim> victims() {
    List<Victim> victims = new ArrayList<>();
    for (int kill = 0; kill < KILLS; kill++) {
      victims.add(kill % 2 == 0 ? Victim.TASK_MANAGER_AFTER_PRE_COMMIT : Victim.TASK_MANAGER);
    }
    victims.addAll(Collections.nCopies(JOB_MANAGER_KILLS, Victim.JOB_MANAGER));
    victims.addAll(Collections.nCopies(BROKER_KILLS, Victim.BROKER));
    Collections.shuffle(victims, random);
    return victims;
  }

  private void kill(Victim victim)
      throws ExecutionException, IOException, InterruptedException, TimeoutException {
    switch (victim) {
      case BROKER -> broker.killAndRestart();
      case JOB_MANAGER -> cluster.kill(LocalCluster.JOB_MANAGER);
      case TASK_MANAGER -> {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(1000));
        killTaskManager();
      }
      case TASK_MANAGER_AFTER_PRE_COMMIT -> {
        transactions.awaitPreCommitted();
        killTaskManager();
      }
    }
    cluster.up(OPTIONS);
  }

  /** Looks at the broker while the job cannot have gone on without the process. */
  private void killTaskManager() throws ExecutionException, IOException, InterruptedException {
    cluster.kill(LocalCluster.taskManager(1 + random.nextInt(TASK_MANAGERS)));
    preCommitted += transactions.isPreCommitted() ? 1 : 0;
    inTransaction += topics.hasOpenTransaction("out") ? 1 : 0;
  }

  private void assertAnswers(Path pipeline) throws IOException {
    Map<String, TestingOffline.Answer> expected;
    try (TestingOffline offline = new TestingOffline(pipeline)) {
      expected = offline.answers(IntStream.range(0, TEXTS).mapToObj(this::text).toList());
    }
    for (ConsumerRecord<byte[], byte[]> record : topics.read("out")) {
      EnrichedEvent event = TestingTopics.decoded(record.value(), new EnrichedEvent());
      int number = TestingFeed.number(new String(record.key(), UTF_8));
      assertThat(TestingOffline.Answer.of(event)).isEqualTo(expected.get(text(number)));
    }
  }

  private void report() {
    int committed = topics.read("out").size();
    int written = topics.readUncommitted("out").size();
    System.out.printf(
        Locale.ROOT,
        "%s kills of TaskManagers: %s inside a transaction, %s between pre-commit and commit;"
            + " %s of the JobManager, %s of the broker.%n"
            + "%s results, %s made and written twice.%n",
        KILLS,
        inTransaction,
        preCommitted,
        JOB_MANAGER_KILLS,
        BROKER_KILLS,
        committed,
        written - committed);
  }

  private enum Victim {
    BROKER,
    JOB_MANAGER,
    TASK_MANAGER,
    TASK_MANAGER_AFTER_PRE_COMMIT
  }
}
