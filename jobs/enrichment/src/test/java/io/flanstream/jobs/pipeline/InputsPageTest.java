package io.flanstream.jobs.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline files of the page on inputs. */
class InputsPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("flanstream.root"), "deploy", "docs", "inputs.md");

  @TempDir Path directory;

  @Test
  void areRead() throws IOException {
    Files.write(
        directory.resolve("orders.desc"),
        field(1, field(1, "order.proto"), field(2, "shop"), field(4, field(1, "Order")))
            .getBytes(UTF_8));
    Matcher blocks = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(Files.readString(PAGE));
    int read = 0;
    while (blocks.find()) {
      PipelineFile.parse(
          """
          name: test
          kafka: {bootstrap-servers: "127.0.0.1:1"}
          model: {path: none}
          tasks: [{name: intent, type: classification, labels: [a, b]}]
          sink: {topic: out}
          dead-letters: {topic: dead}
          """
              + blocks.group(1),
          "block " + read++,
          directory);
    }
    assertThat(read).isGreaterThanOrEqualTo(8);
  }

  /** A field of Protobuf with a length. */
  private static String field(int number, String... parts) {
    String all = String.join("", parts);
    return "%c%c%s".formatted(number << 3 | 2, all.length(), all);
  }
}
