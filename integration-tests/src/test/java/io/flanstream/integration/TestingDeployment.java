package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;

/** A JobManager and a TaskManager with the commands and the settings of compose.yaml. */
interface TestingDeployment extends AutoCloseable {
  int RECORDS = 300;

  /** Starts one. */
  @FunctionalInterface
  interface Starter<T extends TestingDeployment> {
    /**
     * Starts both processes.
     *
     * @param pipeline the file of the pipeline that they run
     */
    T start(Path pipeline) throws IOException;
  }

  /** What to look at while it runs. */
  @FunctionalInterface
  interface Look<T extends TestingDeployment> {
    void at(T deployment) throws IOException, InterruptedException;
  }

  /** Ends the TaskManager without its knowing, and starts it again. */
  void killTaskManager() throws IOException;

  /** Ends the JobManager without its knowing, and starts it again with the same command. */
  void killJobManager() throws IOException;

  @Override
  void close();

  /**
   * Has its TaskManager and its JobManager killed among the records of compose.yaml's pipeline, and
   * finds each once.
   */
  static <T extends TestingDeployment> void losesAndDoublesNothing(
      Path directory, Starter<T> starter, Look<T> look)
      throws IOException, InterruptedException, TimeoutException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      TestingTopics topics = new TestingTopics(kafka);
      topics.create(2, "messages", "enriched", "dead-letters");
      Path pipeline =
          Files.writeString(
              directory.resolve("pipeline.yaml"),
              TestingCompose.pipeline(kafka.bootstrapServers()));
      try (T deployment = starter.start(pipeline);
          TestingFeed feed = new TestingFeed(kafka.bootstrapServers(), "messages", 2, RECORDS)) {
        feed.awaitSent(RECORDS / 2);
        topics.readUntil("enriched", 1);
        deployment.killTaskManager();
        feed.awaitSent(RECORDS * 3 / 4);
        deployment.killJobManager();
        feed.awaitSent(RECORDS);
        topics.readUntil("enriched", feed.good().size());
        topics.readUntil("dead-letters", feed.bad().size());

        assertThat(topics.keys("enriched")).containsExactlyInAnyOrderElementsOf(feed.good());
        assertThat(topics.keys("dead-letters")).containsExactlyInAnyOrderElementsOf(feed.bad());
        look.at(deployment);
      }
    }
  }

  /** What Flink is told so that it stays on loopback, and on ports that nobody else has. */
  static String onLoopback() {
    try (ServerSocket rpc = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        ServerSocket rest = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return """
      jobmanager.rpc.address: 127.0.0.1
      jobmanager.rpc.port: %s
      jobmanager.bind-host: 127.0.0.1
      taskmanager.host: 127.0.0.1
      taskmanager.bind-host: 127.0.0.1
      rest.address: 127.0.0.1
      rest.bind-address: 127.0.0.1
      rest.port: %s
      rest.bind-port: %s
      blob.server.port: 0
      taskmanager.rpc.port: 0
      metrics.reporters: none
      """
          .formatted(rpc.getLocalPort(), rest.getLocalPort(), rest.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
