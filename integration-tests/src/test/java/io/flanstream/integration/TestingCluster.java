package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.local.LocalCluster;
import io.flanstream.jobs.local.LocalCluster.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;

/** A local cluster that the launcher starts; none of its processes outlives the test. */
final class TestingCluster implements AutoCloseable {
  private final TestingLauncher launcher;
  private final Path directory;
  private final LocalCluster cluster;

  /** Starts one under a directory. */
  TestingCluster(Path parent, String... options) throws IOException, InterruptedException {
    launcher = new TestingLauncher(TestingLauncher.LAUNCHER, parent);
    directory = parent.resolve("cluster");
    cluster = new LocalCluster(TestingLauncher.ROOT, directory);
    up(options);
  }

  /** Starts what is not running of it. */
  final String up(String... options) throws IOException, InterruptedException {
    String jvm = CoreOptions.FLINK_JVM_OPTIONS.key() + "=" + String.join(" ", TestingJvm.options());
    return command(
        0,
        "up",
        Stream.concat(Stream.of("--web-port", "0", "-D", jvm), Stream.of(options))
            .toArray(String[]::new));
  }

  /** The process that starts it, to be interrupted. */
  Process startUp(Path output) throws IOException {
    return launcher.start(output, "cluster", "up", "--directory", directory.toString());
  }

  /** What {@code flanstream cluster} says. */
  String command(int exitCode, String command, String... options)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("cluster", command, "--directory", directory.toString()));
    arguments.addAll(List.of(options));
    return launcher.run(exitCode, arguments.toArray(String[]::new));
  }

  /** What another command says that takes {@code --target}. */
  String run(int exitCode, String... arguments) throws IOException, InterruptedException {
    return launcher.run(
        exitCode,
        Stream.concat(Stream.of(arguments), Stream.of("--target", cluster.address().orElseThrow()))
            .toArray(String[]::new));
  }

  /** Ends a process without its knowing, as the kernel does when memory runs out. */
  void kill(String name) throws IOException {
    ProcessHandle process = ProcessHandle.of(pid(name)).orElseThrow();
    assertThat(process.destroyForcibly()).isTrue();
    process.onExit().join();
  }

  /** Lines of a process's log with some words in them. */
  List<String> logged(String name, String words) throws IOException {
    return Files.readAllLines(member(name).log()).stream()
        .filter(line -> line.contains(words))
        .toList();
  }

  /** Starts what has crashed of it, which may crash again before it is ready. */
  void restartCrashed() throws IOException, InterruptedException {
    if (pids().size() < cluster.members().size()) {
      Process starting = startUp(directory.resolve("up.out"));
      starting.waitFor();
    }
  }

  /** All that its processes have logged. */
  List<String> logged() {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches(".*\\.(log|out|err)(\\.\\d+)?"))
          .flatMap(file -> lines(file).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many of its processes the Java virtual machine has reported a crash of. */
  long crashes() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.getFileName().toString().startsWith("hs_err_pid")).count();
    }
  }

  /** What a client must know of it to send a job. */
  Configuration client() {
    String[] address = cluster.address().orElseThrow().split(":");
    return ClusterClient.settings(address[0], Integer.parseInt(address[1]));
  }

  /** Metrics of its job. */
  TestingClusterMetrics metrics() {
    return new TestingClusterMetrics(cluster.address().orElseThrow());
  }

  /** Where it answers, as {@code --target} takes it. */
  String address() throws IOException {
    return cluster.address().orElseThrow();
  }

  /** Where its web page is. */
  String webPage() throws IOException {
    return "http://" + address();
  }

  /** The model operator's jar in its lib/. */
  Path operatorJar() throws IOException {
    try (Stream<Path> jars = Files.list(directory.resolve("lib"))) {
      return jars.filter(jar -> jar.getFileName().toString().startsWith("flanstream-flink-"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** A process's id. */
  long pid(String name) throws IOException {
    return member(name).pid().orElseThrow();
  }

  List<Long> pids() throws IOException {
    return cluster.members().stream().flatMap(member -> member.pid().stream()).toList();
  }

  @Override
  public void close() throws IOException {
    cluster.down();
  }

  private Member member(String name) throws IOException {
    return cluster.members().stream()
        .filter(member -> member.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
