package io.flanstream.jobs.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.task.TaskOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The page of task options says what the parser takes, and so does the schema of the file. */
class TaskOptionsPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("flanstream.root"), "jobs", "TASKS.md");
  private static final String UPDATE =
      "mvn -B -q -pl jobs/enrichment -am test -Dtest=TaskOptionsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dflanstream.update";
  private static final String HEAD =
      """
      # Task options

      Every key of a task in a pipeline file, generated from the code. What they are for, with examples: [the pipeline file](../deploy/docs/pipeline-file.md),
      [writing, conditions, masking](../deploy/docs/tasks.md), [prompts and scores](../model-operator/docs/tasks.md). An element of a list may be a name by itself or an object with these keys.
      """;

  @Test
  void thePageIsWhatTheParserTakes() throws IOException {
    if (System.getProperty("flanstream.update") != null) {
      Files.writeString(PAGE, text());
    }
    assertThat(PAGE)
        .as("jobs/TASKS.md is out of date; write it anew with:%n%s%n", UPDATE)
        .usingCharset(UTF_8)
        .hasContent(text());
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
