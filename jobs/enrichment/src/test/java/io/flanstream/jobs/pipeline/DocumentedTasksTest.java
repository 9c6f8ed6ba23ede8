package io.flanstream.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The files that the page shows are pipeline files. */
class DocumentedTasksTest {
  private static final Path PAGE =
      Path.of(System.getProperty("flanstream.root"), "deploy/docs/tasks.md");
  private static final Pattern BLOCK = Pattern.compile("(?s)```yaml\n(.*?)```");
  private static final String HEAD =
      """
      name: documented
      kafka: {bootstrap-servers: "localhost:9092"}
      source: {topic: mail, attributes: [lang]}
      model: {path: .}
      sink: {topic: enriched}
      dead-letters: {topic: dead-letters}
      """;

  @Test
  void everyTaskOfThePageIsTaken() throws IOException {
    List<String> blocks =
        BLOCK.matcher(Files.readString(PAGE)).results().map((MatchResult m) -> m.group(1)).toList();
    assertThat(blocks).hasSizeGreaterThan(2);
    for (String block : blocks) {
      assertThat(PipelineFile.parse(HEAD + block, "page", Path.of("")).tasks().tasks())
          .isNotEmpty();
    }
  }
}
