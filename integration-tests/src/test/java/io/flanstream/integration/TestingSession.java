package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process of the launcher's Java, settings and jars that answers the commands of one directory,
 * one after the other, so that only the first waits for its start. There is one at a time.
 */
final class TestingSession {
  private static final Path TARGET = TestingLauncher.ROOT.resolve("jobs/cli/target");
  private static final String MAIN = "io.flanstream.jobs.cli.ManyCommands";

  /** What its answers end with, and the exit codes after them. */
  private static final char END = '\u001e';

  private static TestingSession current;

  private final Path directory;
  private final Process process;
  private final Writer calls;
  private final BufferedReader answers;

  private TestingSession(Path directory) throws IOException {
    this.directory = directory;
    ProcessBuilder builder =
        new ProcessBuilder(command(directory))
            .directory(directory.toFile())
            .redirectErrorStream(true);
    builder.environment().put("FLANSTREAM_STATE_DIR", directory.resolve("state").toString());
    this.process = builder.start();
    this.calls = process.outputWriter(UTF_8);
    this.answers = process.inputReader(UTF_8);
  }

  /**
   * What a command does.
   *
   * @param exitCode its exit code
   * @param said all that it wrote
   */
  record Answer(int exitCode, String said) {}

  /** Runs a command as the launcher would that is called in a directory. */
  static synchronized Answer run(Path directory, String... arguments)
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
    boolean answered = false;
    try {
      Answer answer = session.answer(arguments);
      current = session;
      answered = true;
      return answer;
    } finally {
      if (!answered) {
        session.process.destroyForcibly();
      }
    }
  }

  private Answer answer(String... arguments) throws IOException, InterruptedException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode call = mapper.createObjectNode().put("input", "");
    call.set("arguments", mapper.valueToTree(arguments));
    calls.write(call + "\n");
    calls.flush();
    String said = next(arguments);
    return new Answer(Integer.parseInt(next(arguments)), said);
  }

  private String next(String... arguments) throws IOException, InterruptedException {
    StringBuilder said = new StringBuilder();
    while (true) {
      while (!answers.ready()) {
        boolean ended = process.waitFor(5, TimeUnit.MILLISECONDS);
        assertThat(ended && !answers.ready())
            .as("%s ended the process: %s", Arrays.toString(arguments), said)
            .isFalse();
      }
      int next = answers.read();
      if (next == END) {
        return said.toString();
      }
      said.append((char) next);
    }
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
