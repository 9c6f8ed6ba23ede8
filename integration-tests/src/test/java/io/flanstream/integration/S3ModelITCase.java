package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.model.TextModel;
import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.ModelOptions;
import java.io.IOException;
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
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.DefaultPluginManager;
import org.apache.flink.core.plugin.DirectoryBasedPluginFinder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint in a bucket: an S3 server in a process of its own, and Flink's plugin for it. */
class S3ModelITCase {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
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
    for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
      put("/models/flan-mini/" + file, Files.readAllBytes(FLAN_MINI.resolve(file)));
    }
    Configuration config = new Configuration();
    config.setString("s3.endpoint", endpoint);
    config.setString("s3.path-style-access", "true");
    config.setString("s3.access-key", "key");
    config.setString("s3.secret-key", "secret");
    config.setString("s3.region", "us-east-1");
    FileSystem.initialize(
        config,
        new DefaultPluginManager(
            new DirectoryBasedPluginFinder(TARGET.resolve("plugins")).findPlugins(),
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
