package io.flanstream.integration;

import io.flanstream.jobs.local.TestingCalls;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process of the launcher's Java, settings and jars that answers the commands of one directory,
 * one after the other, so that only the first waits for its start. There is one at a time.
 */
final class TestingSession {
  private static final Path TARGET = TestingLauncher.ROOT.resolve("jobs/cli/target");
  private static final String MAIN = "io.flanstream.jobs.cli.ManyCommands";

  private static TestingSession current;

  private final Path directory;
  private final TestingCalls calls;

  private TestingSession(Path directory) throws IOException {
    this.directory = directory;
    ProcessBuilder builder =
        new ProcessBuilder(command(directory))
            .directory(directory.toFile())
            .redirectErrorStream(true);
    builder.environment().put("FLANSTREAM_STATE_DIR", directory.resolve("state").toString());
    this.calls = new TestingCalls(builder.start());
  }

  /** Runs a command as the launcher would that is called in a directory. */
  static synchronized TestingCalls.Answer run(Path directory, String... arguments)
      throws IOException, InterruptedException {
    TestingSession session = current;
    current = null;
    if (session != null && !session.directory.equals(directory)) {
      session.calls.close();
      session = null;
    }
    if (session == null) {
      session = new TestingSession(directory);
    }
    TestingCalls.Answer answer = session.calls.run("", arguments);
    current = session;
    return answer;
  }

  private static List<String> command(Path directory) throws IOException {
    Path conf = TestingLauncher.ROOT.resolve("deploy/conf");
    Path logs = Files.createDirectories(directory.resolve("logs"));
    List<String> command =
        new ArrayList<>(List.of(TestingJvm.JAVA, "@" + conf.resolve("jvm.options")));
    command.addAll(TestingJvm.options());
    command.add("-Dlog4j2.configurationFile=" + conf.resolve("log4j2.properties"));
    command.add("-Dflanstream.home=" + TestingLauncher.ROOT);
    command.add("-Dflanstream.work=" + TestingLauncher.ROOT.resolve("target"));
    command.add("-Dflanstream.log=" + Files.createTempFile(logs, "flanstream-", ".log"));
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
