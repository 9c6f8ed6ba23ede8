package io.flanstream.integration;

import io.flanstream.jobs.local.TestingCalls;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process of the launcher's Java, settings and jars that answers commands, one after the other,
 * so that only the first waits for its start.
 */
final class TestingSession {
  private static final Path TARGET = TestingLauncher.ROOT.resolve("jobs/cli/target");
  private static final String MAIN = "io.flanstream.jobs.cli.ManyCommands";

  private static TestingSession current;

  private final TestingCalls calls;
  private final Path log;

  private TestingSession() throws IOException {
    Path directory =
        Files.createDirectories(TestingLauncher.ROOT.resolve("integration-tests/target/sessions"));
    log = Files.createTempFile(directory, "flanstream-", ".log");
    calls =
        new TestingCalls(
            new ProcessBuilder(command(log))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start());
  }

  /** Runs a command as the launcher would that keeps its state and its log under a directory. */
  static synchronized TestingCalls.Answer run(Path directory, String... arguments)
      throws IOException, InterruptedException {
    TestingSession session = current == null ? new TestingSession() : current;
    // One that does not answer has ended.
    current = null;
    Path linked = directory.resolve("logs").resolve(session.log.getFileName());
    if (!Files.exists(linked)) {
      Files.createDirectories(linked.getParent());
      Files.createSymbolicLink(linked, session.log);
    }
    TestingCalls.Answer answer =
        session.calls.run(
            Map.of("FLANSTREAM_STATE_DIR", directory.resolve("state").toString()), "", arguments);
    current = session;
    return answer;
  }

  private static List<String> command(Path log) throws IOException {
    Path conf = TestingLauncher.ROOT.resolve("deploy/conf");
    List<String> command =
        new ArrayList<>(List.of(TestingJvm.JAVA, "@" + conf.resolve("jvm.options")));
    command.addAll(TestingJvm.options());
    command.add("-Dlog4j2.configurationFile=" + conf.resolve("log4j2.properties"));
    command.add("-Dflanstream.home=" + TestingLauncher.ROOT);
    command.add("-Dflanstream.work=" + TestingLauncher.ROOT.resolve("target"));
    command.add("-Dflanstream.log=" + log);
    command.add("-cp");
    command.add(
        Stream.concat(
                Stream.concat(Stream.of(commands()), TestingLauncher.jars()),
                Stream.of(TARGET.resolve("test-classes")))
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(MAIN);
    return command;
  }

  /** The newest jar of commands, which is the one that the launcher takes. */
  private static Path commands() throws IOException {
    try (Stream<Path> files = Files.list(TARGET)) {
      return files
          .filter(file -> file.getFileName().toString().matches("flanstream-cli-.*\\.jar"))
          .max(Comparator.comparing(file -> file.toFile().lastModified()))
          .orElseThrow();
    }
  }
}
