package io.flanstream.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flanstream.jobs.local.TestingCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A process that answers the commands of all tests of this JVM, one after the other, so that only
 * the first waits for its start. It ends with this JVM.
 */
final class TestingCommands {
  private static final Map<List<String>, TestingCommands> RUNNING = new HashMap<>();

  private final Path errors;
  private final TestingCalls calls;

  private TestingCommands(List<String> options) throws IOException {
    errors = Files.createTempFile(Path.of("target"), "commands-", ".err");
    calls =
        new TestingCalls(
            TestingCommand.builder(options, ManyCommands.class)
                .redirectError(errors.toFile())
                .start());
  }

  /** Runs a command in the process with some options of the JVM. */
  static synchronized TestingCommand run(List<String> options, String input, String... arguments)
      throws IOException, InterruptedException {
    TestingCommands commands = RUNNING.remove(options);
    if (commands == null) {
      commands = new TestingCommands(options);
    }
    int before = Files.readAllBytes(commands.errors).length;
    TestingCalls.Answer answer = commands.calls.run(input, arguments);
    byte[] err = Files.readAllBytes(commands.errors);
    RUNNING.put(options, commands);
    return new TestingCommand(
        answer.exitCode(), answer.said(), new String(err, before, err.length - before, UTF_8));
  }
}
