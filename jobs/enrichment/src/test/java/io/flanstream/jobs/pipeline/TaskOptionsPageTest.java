package io.flanstream.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.task.TaskOption;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The page of task options says what the parser takes, and so does the schema of the file. */
class TaskOptionsPageTest {
  private static final String HEAD =
      """
      # Task options

      Every key of a task in a pipeline file, generated from the code. What they are for, with examples: [the pipeline file](../deploy/docs/pipeline-file.md),
      [writing, conditions, masking](../deploy/docs/tasks.md), [prompts and scores](../model-operator/docs/tasks.md). An element of a list may be a name by itself or an object with these keys.
      """;

  @Test
  void thePageIsWhatTheParserTakes() throws IOException {
    TestingGeneratedFile.check("jobs/TASKS.md", text(), TaskOptionsPageTest.class);
  }

  @Test
  void theSchemaOfTheFileHasEachOfThem() {
    String schema = PipelineSchema.text();
    Set<String> missing = new TreeSet<>();
    for (TaskOption option : TaskOption.ALL) {
      if (!option.of().equals("calibration")
          && !schema.contains("\"%s\" : {".formatted(option.name()))) {
        missing.add(option.of() + '.' + option.name());
      }
    }
    assertThat(missing).isEmpty();
  }

  private static String text() {
    Map<String, StringBuilder> sections = new LinkedHashMap<>();
    for (TaskOption option : TaskOption.ALL) {
      sections
          .computeIfAbsent(option.of(), TaskOptionsPageTest::head)
          .append(
              "| `%s` | %s | %s | %s |%n"
                  .formatted(
                      option.name(),
                      option.type(),
                      option.otherwise(),
                      option.description().replace("|", "\\|")));
    }
    return HEAD + String.join("", sections.values()).replace("\r\n", "\n");
  }

  private static StringBuilder head(String of) {
    String title = Character.toUpperCase(of.charAt(0)) + of.substring(1).replace('-', ' ');
    return new StringBuilder("\n## %s\n\n".formatted(title))
        .append("| key | values | unless set | what it does |\n| --- | --- | --- | --- |\n");
  }
}
