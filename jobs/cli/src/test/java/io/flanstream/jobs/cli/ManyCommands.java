package io.flanstream.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.jobs.local.TestingCalls;
import io.flanstream.jobs.terminal.StandardStreams;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * Many calls of the command in one process, which starts once: each as {@link Flanstream#main} does
 * it but for the exit. A line of input is a JSON object with {@code arguments}, {@code input} and
 * {@code environment}; {@link TestingCalls#END} comes after its output, and once more after its
 * exit code.
 */
final class ManyCommands {
  private static final Map<String, String> ENVIRONMENT = environment();

  private ManyCommands() {}

  /** Runs what comes line by line, until there is no more. */
  public static void main(String[] arguments) throws IOException {
    JsonMapper mapper = new JsonMapper();
    BufferedReader calls = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = calls.readLine(); line != null; line = calls.readLine()) {
      JsonNode call = mapper.readTree(line);
      System.setIn(new ByteArrayInputStream(call.get("input").textValue().getBytes(UTF_8)));
      call.get("environment")
          .properties()
          .forEach(each -> ENVIRONMENT.put(each.getKey(), each.getValue().textValue()));
      int code =
          Flanstream.run(
              StreamSupport.stream(call.get("arguments").spliterator(), false)
                  .map(JsonNode::textValue)
                  .toArray(String[]::new));
      StandardStreams.errorWriter().flush();
      StandardStreams.writer().print(TestingCalls.END + Integer.toString(code) + TestingCalls.END);
      StandardStreams.writer().flush();
    }
    System.exit(0);
  }

  /** What {@link System#getenv()} shows and children inherit, to be changed: Java has no way. */
  @SuppressWarnings("unchecked")
  private static Map<String, String> environment() {
    try {
      Map<String, String> shown = System.getenv();
      Field field = shown.getClass().getDeclaredField("m");
      field.setAccessible(true);
      return (Map<String, String>) field.get(shown);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
