package io.flanstream.jobs.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LabelledFileTest {
  private static final String TASKS =
      """
      name: test
      kafka: {bootstrap-servers: "localhost:1", group-id: test}
      model: {path: model}
      tasks:
        - {name: intent, type: classification, labels: ["1", "2", "1.10"]}
        - {name: who, type: extraction, fields: [name]}
      sink: {topic: enriched}
      dead-letters: {topic: dead}
      """;
  private static final String PLAIN = "source: {topic: messages}\n";

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
    return read(PLAIN, LineForm.SOURCE, lines, unit);
  }

  private LabelledTexts read(String source, LineForm form, String lines, OffsetUnit unit)
      throws IOException {
    return LabelledFile.read(
        Files.writeString(directory.resolve("labelled.jsonl"), lines),
        PipelineFile.parse(source + TASKS, "pipeline.yaml", directory),
        form,
        unit);
  }

  @Test
  void readsLinesAsTheSourceReadsValues() throws IOException {
    assertThat(
            texts(
                "source: {topic: m, text: /body/text, id: number}\n",
                LineForm.SOURCE,
                "{\"number\": 7, \"body\": {\"text\": \"hi\"}, \"gold\": {\"intent\": 1}}"))
        .containsExactly("7 hi");
    assertThat(
            texts(
                "source: {topic: m, text-template: \"{a}, {b}\"}\n",
                LineForm.SOURCE,
                "{\"id\": \"x\", \"a\": \"A\", \"b\": \"B\", \"gold\": {\"intent\": 1}}"))
        .containsExactly("x A, B");
    assertThat(
            texts(
                "source: {topic: m, envelope: debezium, text: t}\n",
                LineForm.SOURCE,
                "{\"op\": \"c\", \"after\": {\"id\": 3, \"t\": \"row\"}, \"gold\": {\"intent\": 1}}"))
        .containsExactly("3 row");
    assertThat(
            texts(
                "source: {topic: m, format: csv, csv-columns: [id, body], text: body}\n",
                LineForm.SOURCE,
                "{\"value\": \"5,\\\"a, b\\\"\", \"gold\": {\"intent\": 1}}"))
        .containsExactly("5 a, b");
    assertThat(
            texts(
                "source: {topic: m, format: text}\n",
                LineForm.SOURCE,
                "{\"value\": \"one\", \"gold\": {\"intent\": 1}}"))
        .containsExactly("labelled-0-0 one");
    assertThat(
            texts(
                "source: {topic: m, text: /body/text, id: number}\n",
                LineForm.PLAIN,
                "{\"id\": \"x\", \"text\": \"hi\", \"gold\": {\"intent\": 1}}"))
        .containsExactly("x hi");
    assertThat(
            texts(
                "source: {topic: m, format: text}\n",
                LineForm.BASE64,
                "{\"value\": \"b25l\", \"gold\": {\"intent\": 1}}"))
        .containsExactly("labelled-0-0 one");
  }

  @Test
  void saysWhereALineIsNoRecordOfTheSource() {
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(
            () ->
                texts(
                    "source: {topic: m, text: /body/text}\n",
                    LineForm.SOURCE,
                    "{\"id\": 1, \"body\": {}, \"gold\": {\"intent\": 1}}"))
        .withMessageEndingWith(
            "line 1: Cannot use record: \"/body/text\" must be there, got nothing");
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(
            () ->
                texts(
                    "source: {topic: m, format: avro}\n",
                    LineForm.SOURCE,
                    "{\"id\": 1, \"text\": \"a\", \"gold\": {\"intent\": 1}}"))
        .withMessage(
            "Cannot read lines: --lines must be base64, the value of a record a line, or plain, {\"id\", \"text\"} a line, where source.format is avro");
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(
            () ->
                texts(
                    "source: {topic: m, format: avro}\n",
                    LineForm.BASE64,
                    "{\"value\": \"?\", \"gold\": {\"intent\": 1}}"))
        .withMessageContaining("line 1: value must be Base64: ");
  }

  private List<String> texts(String source, LineForm form, String line) throws IOException {
    return read(source, form, line, OffsetUnit.CODEPOINTS).texts().stream()
        .map(text -> text.id() + " " + text.text())
        .toList();
  }
}
