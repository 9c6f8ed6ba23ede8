package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.local.EmbeddedFlink;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.sql.HistoryEnd;
import io.flanstream.jobs.sql.HistoryJob;
import io.flanstream.jobs.sql.ResultFormat;
import io.flanstream.jobs.sql.SqlSession;
import io.flanstream.model.TextModel;
import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.ModelOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.DefaultPluginManager;
import org.apache.flink.core.plugin.DirectoryBasedPluginFinder;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A checkpoint and a history in buckets: an S3 server in a process of its own, and Flink's plugin
 * for it.
 */
class S3ITCase {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path PLUGINS = TARGET.resolve("plugins");
  private static final Path FLAN_MINI =
      Path.of(System.getProperty("flanstream.root"), "deploy/models/flan-mini");
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final int OK = 200;

  @TempDir private static Path directory;
  private static Process server;
  private static String endpoint;

  @BeforeAll
  static void fillABucket() throws IOException, InterruptedException {
    int port = freePort();
    endpoint = "http://127.0.0.1:" + port;
    server =
        new ProcessBuilder(
                TestingJvm.JAVA,
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                TARGET.resolve("s3mock.jar").toString(),
                "--server.address=127.0.0.1",
                "--com.adobe.testing.s3mock.httpPort=" + port,
                "--server.port=" + freePort())
            .redirectErrorStream(true)
            .redirectOutput(TARGET.resolve("s3mock.log").toFile())
            .start();
    awaitServer();
    put("/models", new byte[0]);
    put("/lake", new byte[0]);
    for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
      put("/models/flan-mini/" + file, Files.readAllBytes(FLAN_MINI.resolve(file)));
    }
    Path conf = Files.createDirectory(directory.resolve("conf"));
    Files.writeString(
        conf.resolve("config.yaml"),
        """
        s3.endpoint: %s
        s3.path-style-access: true
        s3.access-key: key
        s3.secret-key: secret
        s3.region: us-east-1
        """
            .formatted(endpoint));
    Configuration config = GlobalConfiguration.loadConfiguration(conf.toString());
    FileSystem.initialize(
        config,
        new DefaultPluginManager(
            new DirectoryBasedPluginFinder(PLUGINS).findPlugins(),
            new String[] {"org.apache.flink.", "java.", "javax.", "org.slf4j."}));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    FileSystem.initialize(new Configuration(), null);
    server.destroy();
    assertThat(server.waitFor(1, TimeUnit.MINUTES)).isTrue();
  }

  @Test
  void answersAsTheDirectoryDoes() {
    try (TextModel local = open(FLAN_MINI.toString());
        TextModel remote = open("s3://models/flan-mini")) {
      assertThat(remote.description()).isEqualTo(local.description());
      assertThat(logprobs(remote)).containsExactly(logprobs(local));
    }
  }

  @Test
  void aBucketWithoutTheModelIsAClearError() {
    assertThatThrownBy(() -> open("s3://models/flan-maxi"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("s3://models/flan-maxi holds neither config.json");
  }

  /** Written by Flink, and by the command that takes an event out. */
  @Test
  void keepsAHistoryInABucket() throws ExecutionException, InterruptedException, IOException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        EmbeddedFlink flink = EmbeddedFlink.start(1, new Configuration())) {
      TestingTopics topics = new TestingTopics(kafka);
      topics.create(1, "in", "out", "dead");
      Path file =
          Files.writeString(
              directory.resolve("lake.yaml"),
              """
              name: support
              kafka: { bootstrap-servers: "%s" }
              source: { topic: in }
              model: { path: unused }
              tasks: [ { name: intent, type: classification, labels: [refund, card] } ]
              sink: { topic: out }
              dead-letters: { topic: dead }
              history: { path: "s3://lake/history", iceberg: true }
              """
                  .formatted(kafka.bootstrapServers()));
      Pipeline pipeline = PipelineFile.read(file);
      topics.write(results(0, 20));
      keep(pipeline, flink);
      assertThat(count(pipeline, flink)).isEqualTo("n\r\n20\r\n");

      assertThat(launcher().run(0, "history", "erase", file.toString(), "--id", TestingFeed.id(7)))
          .isEqualTo("Erased 1 event; 1 file was written again.\n");
      topics.write(results(20, 25));
      keep(pipeline, flink);
      assertThat(count(pipeline, flink)).isEqualTo("n\r\n24\r\n");
      TestingIceberg iceberg =
          new TestingIceberg(
              new org.apache.flink.core.fs.Path("s3://lake/history/flanstream.db/support"));
      assertThat(iceberg.count(iceberg.version().orElseThrow()).rows()).isEqualTo(24);
    }
  }

  private static List<ProducerRecord<byte[], byte[]>> results(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> new ProducerRecord<byte[], byte[]>("out", HistoryITCase.result(i)))
        .toList();
  }

  /** Runs to the end without a restart: the threads of the run before had its class loader. */
  private static void keep(Pipeline pipeline, EmbeddedFlink flink)
      throws ExecutionException, InterruptedException, IOException {
    HistoryEnd end = HistoryEnd.of(pipeline);
    JobClient job = HistoryJob.submit(pipeline, Optional.of(end), flink.client());
    var unusedResult = job.getJobExecutionResult().get();
    end.commit(pipeline);
    try (ClusterClient cluster = ClusterClient.of(flink.client())) {
      assertThat(cluster.failures(job.getJobID())).isEmpty();
    }
  }

  private static String count(Pipeline pipeline, EmbeddedFlink flink) {
    StringWriter written = new StringWriter();
    SqlSession.open(pipeline, flink.client())
        .run(
            "SELECT COUNT(*) AS n FROM history.enriched",
            ResultFormat.CSV,
            new PrintWriter(written));
    return written.toString();
  }

  /** The launcher with the file systems of a Flink. */
  private static TestingLauncher launcher() throws IOException {
    Path script =
        Files.writeString(
            directory.resolve("flanstream"),
            "#!/bin/sh%nFLINK_PLUGINS_DIR=%s FLINK_CONF_DIR=%s exec %s \"$@\"%n"
                .formatted(PLUGINS, directory.resolve("conf"), TestingLauncher.LAUNCHER));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return new TestingLauncher(script, directory);
  }

  private static TextModel open(String path) {
    Configuration options = new Configuration();
    options.set(ModelOptions.PATH, path);
    options.set(ModelOptions.CACHE_DIRECTORY, directory.toString());
    return new CheckpointModel(options).open();
  }

  private static double[] logprobs(TextModel model) {
    return model
        .score("Text: my card is gone", model.choices(List.of("lost card", "play music")))
        .join()
        .logprobs();
  }

  private static void put(String path, byte[] bytes) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint + path))
            .PUT(BodyPublishers.ofByteArray(bytes))
            .build();
    assertThat(HTTP.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(OK);
  }

  private static void awaitServer() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    HttpRequest list = HttpRequest.newBuilder(URI.create(endpoint + "/")).build();
    while (true) {
      try {
        if (HTTP.send(list, BodyHandlers.ofString()).statusCode() == OK) {
          return;
        }
      } catch (IOException e) {
        assertThat(server.isAlive()).as("see target/s3mock.log").isTrue();
      }
      assertThat(System.nanoTime()).as("no S3 server after two minutes").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
