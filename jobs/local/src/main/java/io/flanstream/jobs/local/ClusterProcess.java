package io.flanstream.jobs.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A process of a local cluster. It is known by a file with its pid and when it started, so that a
 * pid which the system gave to somebody else is left alone.
 */
final class ClusterProcess {
  private static final Duration CLOCK_JITTER = Duration.ofSeconds(2);
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(10);
  private static final Path SET_SESSION = Path.of("/usr/bin/setsid");

  private final String name;
  private final Path pidFile;

  ClusterProcess(ClusterDirectory directory, String name) {
    this.name = name;
    this.pidFile = directory.pid(name);
  }

  String name() {
    return name;
  }

  /**
   * Starts it, out of reach of the terminal's Ctrl-C and hang-up.
   *
   * @param command what to run
   * @param directory where to run it
   * @param output where its output goes
   */
  void start(List<String> command, Path directory, Path output) throws IOException {
    Files.createDirectories(pidFile.getParent());
    Files.createDirectories(output.getParent());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    if (Files.isExecutable(SET_SESSION)) {
      // It becomes the command: the pid stays.
      builder.command().add(0, SET_SESSION.toString());
    }
    ProcessHandle process = builder.start().toHandle();
    Path written = directory.resolve(name + ".pid");
    Files.writeString(written, "%s %s".formatted(process.pid(), startedAt(process)));
    Files.move(written, pidFile, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The process, while it runs. */
  Optional<ProcessHandle> handle() throws IOException {
    if (!isKnown()) {
      return Optional.empty();
    }
    String[] written = Files.readString(pidFile).split(" ");
    long started = Long.parseLong(written[1]);
    return ProcessHandle.of(Long.parseLong(written[0]))
        .filter(ProcessHandle::isAlive)
        .filter(process -> Math.abs(startedAt(process) - started) <= CLOCK_JITTER.toMillis());
  }

  boolean isAlive() throws IOException {
    return handle().isPresent();
  }

  /** Whether it was started and not stopped; it may have ended by itself. */
  boolean isKnown() {
    return Files.exists(pidFile);
  }

  /** Ends processes and forgets them. */
  static void stop(List<ClusterProcess> processes) throws IOException {
    end(processes);
    for (ClusterProcess process : processes) {
      Files.deleteIfExists(process.pidFile);
    }
  }

  /** Asks processes to end; makes those that do not. Done when they have ended. */
  static void end(List<ClusterProcess> processes) throws IOException {
    for (ClusterProcess process : processes) {
      process.handle().ifPresent(ProcessHandle::destroy);
    }
    Instant deadline = Instant.now().plus(STOPS_WITHIN);
    for (ClusterProcess process : processes) {
      process.awaitEnd(Duration.between(Instant.now(), deadline));
    }
  }

  private void awaitEnd(Duration patience) throws IOException {
    Optional<ProcessHandle> running = handle();
    if (running.isPresent()) {
      CompletableFuture<ProcessHandle> exit = running.get().onExit();
      exit.copy().completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS).join();
      running.get().destroyForcibly();
      exit.join();
    }
  }

  private static long startedAt(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH).toEpochMilli();
  }
}
