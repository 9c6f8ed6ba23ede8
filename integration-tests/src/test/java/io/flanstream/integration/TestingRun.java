package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code flanstream run} in a process of its own, which can be told to end in any way. */
final class TestingRun implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 180;
  private static final int SIGINT = 2;

  private final Process process;
  private final Path output;

  private TestingRun(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts one with a state directory. */
  static TestingRun start(Path directory, Path state, String pipeline, String... options)
      throws IOException {
    Files.createDirectories(directory);
    Path output = Files.createTempFile(directory, "run-", ".out");
    List<String> command = new ArrayList<>(withSignals());
    command.addAll(
        List.of(TestingLauncher.LAUNCHER.toString(), "run", pipeline, "--web-port", "0"));
    command.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("FLANSTREAM_LOG_DIR", directory.resolve("logs").toString());
    builder.environment().put("FLANSTREAM_STATE_DIR", state.toString());
    builder
        .environment()
        .put("FLANSTREAM_JAVA_OPTS", "-Xmx768m " + String.join(" ", TestingJvm.options()));
    return new TestingRun(builder.start(), output);
  }

  /**
   * What a command begins with to take signals that this process ignores, as one does that a script
   * starts in the background: children inherit that, and no Java program can undo it.
   */
  private static List<String> withSignals() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return List.of();
    }
    long ignored =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .mapToLong(
                line -> Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16))
            .findFirst()
            .orElse(0);
    return (ignored & (1L << (SIGINT - 1))) == 0
        ? List.of()
        : List.of("env", "--default-signal=INT,TERM,HUP");
  }

  /** What it has said. */
  String said() throws IOException {
    return Files.readString(output);
  }

  /** Waits until it says something; false where it ends before. */
  boolean awaitSaid(String words) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!said().contains(words)) {
      if (!process.isAlive()) {
        return said().contains(words);
      }
      assertThat(System.nanoTime()).as(said()).isLessThan(deadline);
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }
    return true;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends a signal: INT, TERM or KILL. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** Waits for its end; its exit code. */
  int await() throws IOException, InterruptedException {
    return await(PATIENCE_SECONDS);
  }

  /** The same, of a run that has more to do. */
  int await(long patienceSeconds) throws IOException, InterruptedException {
    assertThat(process.waitFor(patienceSeconds, TimeUnit.SECONDS)).as(said()).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
