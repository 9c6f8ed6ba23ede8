package io.flanstream.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process that answers the commands of all tests of this JVM, one after the other, so that only
 * the first waits for its start. It ends with this JVM.
 */
final class TestingCommands {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Map<List<String>, TestingCommands> RUNNING = new HashMap<>();

  private final Process process;
  private final Path errors;
  private final Writer calls;
  private final BufferedReader answers;

  private TestingCommands(List<String> options) throws IOException {
    errors = Files.createTempFile(Path.of("target"), "commands-", ".err");
    process =
        TestingCommand.builder(options, ManyCommands.class).redirectError(errors.toFile()).start();
    calls = process.outputWriter(UTF_8);
    answers = process.inputReader(UTF_8);
  }

  /** Runs a command in the process with some options of the JVM. */
  static synchronized TestingCommand run(List<String> options, String input, String... arguments)
      throws IOException, InterruptedException {
    TestingCommands commands = RUNNING.remove(options);
    if (commands == null) {
      commands = new TestingCommands(options);
    }
    boolean answered = false;
    try {
      TestingCommand command = commands.answer(input, arguments);
      RUNNING.put(options, commands);
      answered = true;
      return command;
    } finally {
      if (!answered) {
        commands.process.destroyForcibly();
      }
    }
  }

  private TestingCommand answer(String input, String... arguments)
      throws IOException, InterruptedException {
    ObjectNode call = MAPPER.createObjectNode().put("input", input);
    call.set("arguments", MAPPER.valueToTree(arguments));
    int before = Files.readAllBytes(errors).length;
    calls.write(call + "\n");
    calls.flush();
    String said = next(arguments);
    int code = Integer.parseInt(next(arguments));
    byte[] err = Files.readAllBytes(errors);
    return new TestingCommand(code, said, new String(err, before, err.length - before, UTF_8));
  }

  /** What it writes before {@link ManyCommands#END}. */
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
      if (next == ManyCommands.END) {
        return said.toString();
      }
      said.append((char) next);
    }
  }
}
