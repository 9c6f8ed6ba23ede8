package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jdbc.FlanstreamDriver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever runs in compose's containers is restarted at random, with kill -9 and in order, and
 * nobody does anything about it. The processes have compose.yaml's settings and restart policy; the
 * registry keeps its schemas as compose.yaml says.
 *
 * <p>{@code -Dflanstream.restarts=30 -Dflanstream.restarts.records=20000} makes it long.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class RestartsITCase {
  private static final long SEED = 20261129;
  private static final int RESTARTS = Integer.getInteger("flanstream.restarts", 5);
  private static final int RECORDS = Integer.getInteger("flanstream.restarts.records", 1000);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String COUNTS = "SELECT COUNT(*), COUNT(DISTINCT id) FROM enriched";

  private final Random random = new Random(SEED);

  @TempDir private Path directory;

  /** What is restarted. */
  private enum Member {
    BROKER,
    GATEWAY,
    JOB_MANAGER,
    REGISTRY,
    TASK_MANAGER
  }

  @BeforeAll
  static void assemble() throws IOException, InterruptedException {
    Path assemble = TestingLauncher.ROOT.resolve("deploy/docker/assemble");
    assertThat(new ProcessBuilder(assemble.toString()).inheritIO().start().waitFor()).isZero();
  }

  @Test
  void needNoHand()
      throws ExecutionException, IOException, InterruptedException, SQLException, TimeoutException {
    TestingApicurio apicurio = TestingApicurio.ofCompose(directory.resolve("registry"));
    try (TestingBroker broker = new TestingBroker(directory);
        TestingSupervised registry = new TestingSupervised(apicurio::start)) {
      TestingTopics topics = new TestingTopics(broker.bootstrapServers());
      topics.create(2, "messages", "enriched", "dead-letters");
      Path pipeline =
          Files.writeString(
              directory.resolve("pipeline.yaml"),
              TestingCompose.pipeline(
                  broker.bootstrapServers(), apicurio.origin() + TestingApicurio.API));
      TestingProcesses processes =
          new TestingProcesses(directory.resolve("home"), pipeline, TestingDeployment.onLoopback());
      int port = freePort();
      apicurio.await();
      try (TestingSupervised jobManager = new TestingSupervised(processes::startJobManager);
          TestingSupervised taskManager = new TestingSupervised(processes::startTaskManager);
          TestingSupervised gateway = new TestingSupervised(() -> gateway(pipeline, port));
          TestingFeed feed = new TestingFeed(broker.bootstrapServers(), "messages", 2, RECORDS)) {
        topics.readUntil("enriched", 1);
        int done = 0;
        for (Member member : members()) {
          feed.awaitSent(++done * (RECORDS / (RESTARTS + 1)));
          boolean kill = random.nextBoolean();
          System.out.printf(
              Locale.ROOT, "%s of %s: %s %s%n", done, RESTARTS, kill ? "kill" : "restart", member);
          switch (member) {
            case BROKER -> restart(broker, kill);
            case GATEWAY -> restart(gateway, kill);
            case JOB_MANAGER -> restart(jobManager, kill);
            case REGISTRY -> restart(registry, kill);
            case TASK_MANAGER -> restart(taskManager, kill);
          }
        }
        feed.awaitSent(RECORDS);
        await(topics, "enriched", feed.good().size());
        await(topics, "dead-letters", feed.bad().size());

        assertThat(topics.keys("enriched")).containsExactlyInAnyOrderElementsOf(feed.good());
        assertThat(topics.keys("dead-letters")).containsExactlyInAnyOrderElementsOf(feed.bad());
        assertThat(counts(port)).containsExactly(feed.good().size(), feed.good().size());
      }
    }
  }

  private List<Member> members() {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < RESTARTS; i++) {
      members.add(Member.values()[i % Member.values().length]);
    }
    Collections.shuffle(members, random);
    return members;
  }

  private static void restart(TestingBroker broker, boolean kill)
      throws ExecutionException, IOException, InterruptedException {
    if (kill) {
      broker.killAndRestart();
    } else {
      broker.restart();
    }
  }

  private static void restart(TestingSupervised process, boolean kill) throws InterruptedException {
    if (kill) {
      process.kill();
    } else {
      process.restart();
    }
  }

  /** The command of compose.yaml, on loopback. */
  private Process gateway(Path pipeline, int port) throws IOException {
    String[] command = TestingCompose.read().command("sql-gateway");
    assertThat(command[0]).isEqualTo("flanstream");
    List<String> arguments = new ArrayList<>();
    for (String word : List.of(command).subList(1, command.length)) {
      arguments.add(
          word.replace("/opt/flanstream/pipeline.yaml", pipeline.toString())
              .replace("0.0.0.0", "127.0.0.1")
              .replace("8083", Integer.toString(port)));
    }
    return new TestingLauncher(TestingLauncher.LAUNCHER, directory)
        .start(directory.resolve("gateway.out"), arguments.toArray(String[]::new));
  }

  /** Waits for so many records, as long as there are more of them from time to time. */
  private static void await(TestingTopics topics, String topic, int count)
      throws InterruptedException, TimeoutException {
    int read = topics.read(topic).size();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (read < count) {
      TimeUnit.SECONDS.sleep(1);
      int now = topics.read(topic).size();
      if (now > read) {
        end = System.nanoTime() + PATIENCE.toNanos();
      } else if (System.nanoTime() > end) {
        throw new TimeoutException("%s has %s records, not %s".formatted(topic, now, count));
      }
      read = now;
    }
  }

  /** All records and all ids, as SQL counts them; the gateway may have to come up first. */
  private static List<Integer> counts(int port) throws InterruptedException, SQLException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (true) {
      try (Connection connection =
              new FlanstreamDriver()
                  .connect("jdbc:flanstream://127.0.0.1:" + port, new Properties());
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(COUNTS)) {
        assertThat(rows.next()).isTrue();
        return List.of(rows.getInt(1), rows.getInt(2));
      } catch (SQLException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
