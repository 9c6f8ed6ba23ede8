package io.flanstream.integration;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.broker.FreePorts;
import io.flanstream.jobs.broker.SingleNodeSettings;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/** A Kafka in a process of its own; after a kill it comes back on its ports, with its log. */
final class TestingBroker implements AutoCloseable {
  // Below those that the system gives to clients, which would take them while the broker is away.
  private static final int FIRST_PORT = 20_000;
  private static final int PORTS = 10_000;

  private final Path directory;
  private final Path settings;
  private final FreePorts ports;
  private Process process;

  /** Formats a new log and starts the node; it takes requests when this returns. */
  TestingBroker(Path parent) throws ExecutionException, IOException, InterruptedException {
    directory = Files.createDirectories(parent.resolve("kafka"));
    settings = directory.resolve("server.properties");
    ports = new FreePorts(freePort(), freePort());
    EmbeddedKafka.format(settings, SingleNodeSettings.of(directory.resolve("log"), ports));
    start();
  }

  String bootstrapServers() {
    return SingleNodeSettings.HOST + ":" + ports.broker();
  }

  /** Ends the process without its knowing, and starts another that finds its log. */
  void killAndRestart() throws ExecutionException, IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    start();
  }

  /** Has the process end in order, and starts another that finds its log. */
  void restart() throws ExecutionException, IOException, InterruptedException {
    process.destroy();
    process.waitFor();
    start();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private void start() throws ExecutionException, IOException, InterruptedException {
    process = java("kafka.Kafka", settings.toString());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      var unusedNodes = admin.describeCluster().nodes().get();
    }
  }

  private Process java(String main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(TestingJvm.JAVA, "-Xmx256m"));
    command.addAll(TestingJvm.options());
    command.add("-cp");
    command.add(
        TestingLauncher.jars().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    command.add(main);
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()))
        .start();
  }

  private Path output() {
    return directory.resolve("kafka.out");
  }

  private static int freePort() throws IOException {
    while (true) {
      int port = FIRST_PORT + ThreadLocalRandom.current().nextInt(PORTS);
      try (ServerSocket socket =
          new ServerSocket(port, 1, InetAddress.getByName(SingleNodeSettings.HOST))) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Somebody's; another will be free.
        continue;
      }
    }
  }
}
