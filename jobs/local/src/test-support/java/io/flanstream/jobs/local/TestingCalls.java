package io.flanstream.jobs.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Calls to a process that answers many commands, one after the other: a JSON object with {@code
 * arguments}, {@code input} and {@code environment} on a line, of which come back the output,
 * {@link #END}, the exit code and {@link #END}. It ends when it is closed, after what it was asked.
 */
public final class TestingCalls implements AutoCloseable {
  /** What an output ends with, and the exit code after it. */
  public static final char END = '\u001e';

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Process process;
  private final Writer calls;
  private final BufferedReader answers;

  /** Takes a process that was just started. */
  public TestingCalls(Process process) {
    this.process = process;
    this.calls = process.outputWriter(UTF_8);
    this.answers = process.inputReader(UTF_8);
  }

  /**
   * What a command does.
   *
   * @param exitCode its exit code
   * @param said what it wrote
   */
  public record Answer(int exitCode, String said) {}

  /** Runs a command with something to read; where there is no answer, the process ends. */
  public Answer run(String input, String... arguments) throws IOException, InterruptedException {
    return run(Map.of(), input, arguments);
  }

  /** The same, after variables of the environment have changed, for it and for later ones. */
  public Answer run(Map<String, String> environment, String input, String... arguments)
      throws IOException, InterruptedException {
    boolean answered = false;
    try {
      ObjectNode call = MAPPER.createObjectNode().put("input", input);
      call.set("arguments", MAPPER.valueToTree(arguments));
      call.set("environment", MAPPER.valueToTree(environment));
      calls.write(call + "\n");
      calls.flush();
      String said = next(arguments);
      Answer answer = new Answer(Integer.parseInt(next(arguments)), said);
      answered = true;
      return answer;
    } finally {
      if (!answered) {
        process.destroyForcibly();
      }
    }
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

  @Override
  public void close() throws IOException {
    calls.close();
  }
}
