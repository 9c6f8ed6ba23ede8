package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Apicurio Registry in a process of its own, on loopback.
 *
 * @param port where it listens
 * @param storage address of its database; empty where it is in memory
 */
record TestingApicurio(int port, Optional<String> storage) {
  static final String API = "/apis/ccompat/v7";
  static final Path LOG = Path.of("target", "apicurio.log").toAbsolutePath();

  private static final Path HOME = Path.of("target", "apicurio").toAbsolutePath();
  private static final String STORAGE = "REGISTRY_DATASOURCE_URL";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** One that forgets everything when it ends. */
  static TestingApicurio inMemory() throws IOException {
    return new TestingApicurio(freePort(), Optional.empty());
  }

  /** One that keeps its schemas as compose.yaml says, but in another directory. */
  static TestingApicurio ofCompose(Path directory) throws IOException {
    Files.createDirectories(directory);
    String url =
        TestingCompose.read()
            .environment("registry", STORAGE)
            .replace("/var/lib/registry", directory.toString());
    return new TestingApicurio(freePort(), Optional.of(url));
  }

  /** Where it answers. */
  URI origin() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Starts a process of it. */
  Process start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                TestingJvm.JAVA,
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-jar",
                runner().toString())
            .redirectErrorStream(true)
            .redirectOutput(LOG.toFile());
    storage.ifPresent(url -> builder.environment().put(STORAGE, url));
    return builder.start();
  }

  /** Waits until it answers. */
  void await() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!isReady()) {
      assertThat(System.nanoTime()).as("no registry after two minutes, see " + LOG).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private boolean isReady() throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(origin().resolve(API + "/schemas/types")).build();
    try {
      return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static Path runner() throws IOException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(HOME, "*-runner.jar")) {
      return jars.iterator().next();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
