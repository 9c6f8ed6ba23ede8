package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No command opens a port to other machines unless it is told to; the demo: {@link DemoITCase}. */
@Timeout(600)
class ListenersITCase {
  private static final Path CHECKPOINT =
      TestingLauncher.ROOT.resolve("model-operator/runtime/src/test/resources/golden/ul2");

  @TempDir static Path directory;

  private static EmbeddedKafka kafka;
  private static TestingLauncher launcher;
  private static String pipeline;

  @BeforeAll
  static void start() throws IOException, InterruptedException, ExecutionException {
    kafka = EmbeddedKafka.start();
    kafka.createTopics(1, "in", "out", "dead");
    new TestingTopics(kafka)
        .write(
            List.of(
                new ProducerRecord<>("in", "{\"id\":\"a\",\"text\":\"lost\"}".getBytes(UTF_8))));
    launcher = new TestingLauncher(TestingLauncher.LAUNCHER, directory);
    String yaml =
        """
        name: loopback
        kafka: { bootstrap-servers: "%s" }
        source: { topic: in, from: earliest }
        model: { path: "%s", threads: 1 }
        tasks: [ { name: intent, type: classification, labels: [refund, card] } ]
        sink: { topic: out }
        dead-letters: { topic: dead }
        history: { path: "%s" }
        """
            .formatted(kafka.bootstrapServers(), CHECKPOINT, directory.resolve("history"));
    pipeline = Files.writeString(directory.resolve("pipeline.yaml"), yaml).toString();
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void aRunningPipeline() throws IOException, InterruptedException {
    onLoopbackUntil("Ctrl-C stops it with a savepoint", "run", pipeline, "--web-port", "0");
  }

  @Test
  void theHistory() throws IOException, InterruptedException {
    onLoopbackUntil("Ctrl-C stops it with a savepoint", "history", pipeline, "--web-port", "0");
  }

  @Test
  void aQueryThatGoesOn() throws IOException, InterruptedException {
    onLoopbackUntil(
        "op",
        "sql",
        "--pipeline",
        pipeline,
        "--streaming",
        "--format",
        "csv",
        "-e",
        "SELECT 1 AS ready; SELECT COUNT(*) AS n FROM live.enriched");
  }

  @Test
  void theGateway() throws IOException, InterruptedException {
    onLoopbackUntil(
        "Ctrl-C ends it.", "sql-gateway", "--in-process", "--pipeline", pipeline, "--port", "0");
  }

  /** What is opened to others is said, and nothing else is opened. */
  @Test
  void theGatewayWhereItIsTold() throws IOException, InterruptedException {
    Path output = directory.resolve("open.out");
    Process gateway =
        launcher.start(
            output,
            "sql-gateway",
            "--in-process",
            "--pipeline",
            pipeline,
            "--port",
            "0",
            "--host",
            "0.0.0.0");
    try {
      await(gateway, output, "Ctrl-C ends it.");
      String rest =
          Files.readAllLines(output).stream()
              .filter(line -> line.startsWith("REST"))
              .findFirst()
              .orElseThrow();
      String port = rest.replaceAll(".*:(\\d+)/info", "$1");
      assertThat(TestingListeners.exposed(gateway.pid()))
          .hasSize(1)
          .allMatch(at -> at.endsWith(":" + port));
      assertThat(Files.readString(output))
          .contains(
              "Listens on 0.0.0.0, without a password: whoever reaches port %s reads the topics"
                  .formatted(port));
    } finally {
      end(gateway);
    }
  }

  @Test
  void anEvaluation() throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      lines.add(
          "{\"id\":\"%s\",\"text\":\"card lost\",\"gold\":{\"intent\":\"card\"}}".formatted(i));
    }
    Path labelled = Files.write(directory.resolve("labelled.jsonl"), lines);
    Process eval =
        launcher.start(
            directory.resolve("eval.out"),
            "eval",
            "--pipeline",
            pipeline,
            "--labelled",
            labelled.toString());
    Set<String> seen = new TreeSet<>();
    try {
      while (eval.isAlive()) {
        seen.addAll(listeners(eval));
        TimeUnit.MILLISECONDS.sleep(50);
      }
    } finally {
      end(eval);
    }
    assertThat(seen).isNotEmpty().allMatch(listener -> listener.contains("127.0.0.1:"));
  }

  @Test
  void aCluster() throws IOException, InterruptedException {
    try (TestingCluster cluster = new TestingCluster(directory)) {
      for (long pid : cluster.pids()) {
        assertThat(TestingListeners.of(pid)).isNotEmpty();
        assertThat(TestingListeners.exposed(pid)).isEmpty();
      }
    }
  }

  private static void onLoopbackUntil(String last, String... arguments)
      throws IOException, InterruptedException {
    Path output = directory.resolve(arguments[0] + ".out");
    Process process = launcher.start(output, arguments);
    try {
      await(process, output, last);
      assertThat(TestingListeners.of(process.pid())).isNotEmpty();
      assertThat(TestingListeners.exposed(process.pid())).isEmpty();
    } finally {
      end(process);
    }
  }

  /** Waits for a line that begins so. */
  private static void await(Process process, Path output, String last)
      throws IOException, InterruptedException {
    while (Files.readAllLines(output).stream().noneMatch(line -> line.startsWith(last))) {
      assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Those of a process that may end at any time. */
  private static Set<String> listeners(Process process) throws IOException {
    try {
      return TestingListeners.of(process.pid());
    } catch (IOException e) {
      if (process.isAlive()) {
        throw e;
      }
      return Set.of();
    }
  }

  private static void end(Process process) {
    process.toHandle().destroy();
    process.onExit().join();
  }
}
