package io.flanstream.jobs.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.model.task.TaskParser;
import io.flanstream.model.task.TaskSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LabelledFileTest {
  private static final TaskSet TASKS =
      TaskParser.parse(
              List.of(
                  Map.of(
                      "name",
                      "intent",
                      "type",
                      "classification",
                      "labels",
                      List.of("1", "2", "1.10")),
                  Map.of("name", "who", "type", "extraction", "fields", List.of("name"))),
              "tasks")
          .orElseThrow();

  @TempDir Path directory;

  @Test
  void takesNumbersForLabelsAsTheyAreWritten() throws IOException {
    assertThat(label("2")).containsExactly("2");
    assertThat(label("\"2\"")).containsExactly("2");
    assertThat(label("1.10")).containsExactly("1.10");
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> label("1.1"))
        .withMessageEndingWith("gold.intent must be among the labels [1, 2, 1.10], got 1.1");
  }

  @Test
  void takesAByteOrderMark() throws IOException {
    assertThat(
            read(
                    "\uFEFF{\"id\": 1, \"text\": \"a\", \"gold\": {\"intent\": 1}}",
                    OffsetUnit.CODEPOINTS)
                .texts())
        .hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void convertsOffsets(OffsetUnit unit) throws IOException {
    int before = unit.length("\uD83D\uDCA9 ");
    GoldSpan span =
        read(placed(before, before + 3), unit)
            .texts()
            .get(0)
            .gold()
            .spans()
            .get("who")
            .iterator()
            .next();

    assertThat(span).isEqualTo(new GoldSpan("name", 2, 5));
  }

  @Test
  void saysWhatOffsetsCount() {
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> read(placed(3, 6), OffsetUnit.CODEPOINTS))
        .withMessageEndingWith(
            "gold.who[0].value must be the text from start to end, counted in code points, which is"
                + " \"nn \", got \"Ann\": they count UTF-16 units, which --offsets utf16 takes");
  }

  private static String placed(int start, int end) {
    return """
    {"id": 1, "text": "\uD83D\uDCA9 Ann is", "gold": {"who": [{"name": "name", "value": "Ann", "start": %s, "end": %s}]}}
    """
        .formatted(start, end);
  }

  private Iterable<String> label(String json) throws IOException {
    return read(
            "{\"id\": 1, \"text\": \"a\", \"gold\": {\"intent\": " + json + "}}",
            OffsetUnit.CODEPOINTS)
        .texts()
        .get(0)
        .gold()
        .labels()
        .get("intent");
  }

  private LabelledTexts read(String lines, OffsetUnit unit) throws IOException {
    return LabelledFile.read(
        Files.writeString(directory.resolve("labelled.jsonl"), lines), TASKS, unit);
  }
}
