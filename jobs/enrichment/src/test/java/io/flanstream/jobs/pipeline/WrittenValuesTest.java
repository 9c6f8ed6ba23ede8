package io.flanstream.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flanstream.model.task.ClassificationTask;
import io.flanstream.model.task.Label;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written in a pipeline file is what it means. */
class WrittenValuesTest {
  private static final String FILE =
      """
      name: parcel
      kafka: { bootstrap-servers: "localhost:9092" }
      source: { topic: messages }
      model: { path: models/mini }
      tasks: [ { name: intent, type: classification, labels: [change_pin, card_arrival] } ]
      sink: { topic: enriched }
      dead-letters: { topic: dead-letters }
      """;

  @Test
  void keepsTextsAsTheyAreWritten() {
    Pipeline pipeline =
        parse(
            FILE.replace("name: parcel", "name: &n parcel")
                .replace("9092\" }", "9092\", group-id: 007, properties: { client.rack: 1_0 } }")
                .replace("messages }", "messages, attributes: [no, 0x1F, 2026-01-31] }")
                .replace("topic: enriched", "topic: *n")
                .replace(
                    "[change_pin, card_arrival]",
                    "[&a refund, 007, 010, 08, 1.10, 1_000, 0x1F, yes, off, 1e3, 12:30:45, \"*a\","
                        + " 2]"));

    assertThat(labels(pipeline))
        .containsExactly(
            "refund",
            "007",
            "010",
            "08",
            "1.10",
            "1_000",
            "0x1F",
            "yes",
            "off",
            "1e3",
            "12:30:45",
            "*a",
            "2");
    assertThat(pipeline.sink().topic()).isEqualTo("parcel");
    assertThat(pipeline.kafka().groupId()).isEqualTo("007");
    assertThat(pipeline.kafka().properties()).containsEntry("client.rack", "1_0");
    assertThat(pipeline.source().fields().attributes())
        .extracting(path -> path.name())
        .containsExactly("no", "0x1F", "2026-01-31");
  }

  @Test
  void takesAnAliasForItsAnchor() {
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(FILE.replace("[change_pin, card_arrival]", "[&a refund, *a]")))
        .withMessageEndingWith(
            "tasks[0].labels[1].name: must differ from tasks[0].labels[0].name, got \"refund\"");
  }

  @Test
  void takesMergeKeysAndWhatIsKeptAside() {
    Pipeline pipeline =
        parse(
            """
            x-topics: &topics { topic: events, format: json }
            x-labels: &labels [late, lost]
            """
                + FILE.replace("source: { topic: messages }", "source: { <<: *topics, id: key }")
                    .replace("sink: { topic: enriched }", "sink: { <<: *topics, topic: enriched }")
                    .replace("[change_pin, card_arrival]", "*labels"));

    assertThat(pipeline.source().topic()).isEqualTo("events");
    assertThat(pipeline.source().fields().id().name()).isEqualTo("key");
    assertThat(pipeline.sink().topic()).isEqualTo("enriched");
    assertThat(labels(pipeline)).containsExactly("late", "lost");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "answer-timeout: 30 | must be a duration with its unit, such as 2s, 500ms or 10min, got"
            + " \"30\"",
        "checkpoint-interval: 60 | must be a duration with its unit, such as 2s, 500ms or 10min,"
            + " got \"60\"",
        "answer-timeout: 1_000ms | must be a duration with its unit, such as 2s, 500ms or 10min,"
            + " got \"1_000ms\"",
        "answer-timeout: 1:30 | must be a duration with its unit, such as 2s, 500ms or 10min, got"
            + " \"1:30\"",
        "answer-timeout: 3 fortnights | must be a duration with its unit, such as 2s, 500ms or"
            + " 10min, got \"3 fortnights\"",
        "max-bytes-in-flight: 1000000 | must be a size with its unit, such as 1mb or 512kb, got"
            + " \"1000000\"",
        "max-in-flight: 010 | must be a whole number, got \"010\"",
        "max-in-flight: 0x10 | must be a whole number, got \"0x10\"",
        "max-in-flight: 1_000 | must be a whole number, got \"1_000\"",
        "max-in-flight: ۱۰ | must be a whole number, got \"۱۰\"",
        "max-in-flight: 99999999999 | must be a whole number, got \"99999999999\"",
        "share.weight: 0x1p3 | must be a number, got \"0x1p3\"",
        "share.weight: NaN | must be a number, got \"NaN\"",
        "ordered: yes | must be true or false, got \"yes\"",
        "ordered: 1 | must be true or false, got \"1\"",
      })
  void refusesWhatLooksLikeSomethingElse(String option, String rule) {
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(FILE + "job: { " + option + " }"))
        .withMessage(
            "Cannot use test.yaml: 1 fault\n  job.%s: %s", option.replaceFirst(":.*", ""), rule);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"threshold: 0.50", "threshold: \"0.5\"", "threshold: .5", "threshold: 5e-1"})
  void takesNumbersOfEveryDecimalForm(String threshold) {
    String file = FILE.replace("type: classification", "type: classification, " + threshold);

    assertThat(((ClassificationTask) parse(file).tasks().tasks().get(0)).threshold())
        .isEqualTo(0.5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"30s", "30 s", "30S", "30 sec", "30seconds", "30000ms"})
  void takesDurationsInFlinksUnits(String duration) {
    assertThat(parse(FILE + "job: { answer-timeout: " + duration + " }").job().answerTimeout())
        .contains(Duration.ofSeconds(30));
  }

  @Test
  void needsNoUnitForNothing() {
    assertThat(parse(FILE + "job: { model-linger: 0 }").job().modelLinger()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kafka: { bootstrap.servers: \"a:1\" } | kafka.bootstrap.servers: is unknown; did you mean"
            + " kafka.bootstrap-servers?",
        "kafka: { bootstrapServers: \"a:1\" } | kafka.bootstrapServers: is unknown; did you mean"
            + " kafka.bootstrap-servers?",
        "kafka: { bootstrap-servres: \"a:1\" } | kafka.bootstrap-servres: is unknown; did you mean"
            + " kafka.bootstrap-servers?",
        "kafka: [ \"a:1\" ] | kafka: must be a section with keys, got \"a list\"",
        "kafka: { bootstrap-servers: [ \"a:1\" ] } | kafka.bootstrap-servers: must be a text, got"
            + " \"a list\"",
        "bootstrap-servers: \"a:1\" | bootstrap-servers: is unknown; did you mean"
            + " kafka.bootstrap-servers?",
      })
  void saysOneThingAboutOneMistake(String section, String fault) {
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(
            () -> parse(FILE.replace("kafka: { bootstrap-servers: \"localhost:9092\" }", section)))
        .withMessage("Cannot use test.yaml: 1 fault\n  %s", fault);
  }

  @Test
  void saysOneThingAboutOneMistakeInATask() {
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(FILE.replace("labels:", "lables:")))
        .withMessageStartingWith("Cannot use test.yaml: 1 fault\n  tasks[0].lables: must be one of")
        .withMessageEndingWith("type, when (did you mean labels?), got lables");
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(FILE.replace("{ name: intent", "{ nmae: intent")))
        .withMessageStartingWith("Cannot use test.yaml: 1 fault\n  tasks[0].nmae: must be one of");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$.body.text",
        "body.text",
        "body/text",
        "body[0]",
        "$text",
        "/body//text",
        "/a~2"
      })
  void refusesPathsThatOnlyLookLikePointers(String path) {
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(FILE.replace("messages }", "messages, text: \"" + path + "\" }")))
        .withMessage(
            "Cannot use test.yaml: 1 fault\n"
                + "  source.text: must be a field's name, or a JSON pointer: /body/text for text in"
                + " body, /body.text for a name with a dot, got \"%s\"",
            path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x-a: &a { b: *a } | line 1, column 6: an alias must not be inside its own anchor",
        "x-a: *b | line 1, column 6: found undefined alias b",
        "x-a: !!binary aGVsbG8= | line 1, column 6: tag !!binary is not known here",
        "x-a: !point [1, 2] | line 1, column 6: tag !point is not known here",
        "x-a: { <<: 5 } | line 1, column 12: a merge key must have keys, or a list of keys",
        "x-a: { [1]: 5 } | line 1, column 8: a key must be a text",
        "x-a: { b: 1, \"b\": 2 } | line 1, column 14: key b is there twice",
      })
  void saysWhatOfYamlIsNotTaken(String line, String problem) {
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(line + "\n" + FILE))
        .withMessageEndingWith("must be YAML: " + problem);
  }

  @Test
  void refusesASecondDocument() {
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(FILE + "---\nname: two\n"))
        .withMessageEndingWith("must be YAML: line 8, column 1: but found another document");
  }

  @Test
  void asksForQuotesWhereATextWouldBeNothing() {
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(
            () ->
                parse(
                    FILE.replace("messages }", "messages, attributes: [a, null] }")
                        .replace("card_arrival", "~")))
        .withMessage(
            """
            Cannot use test.yaml: 2 faults
              source.attributes[1]: must be a text (set it in quotes), got "null"
              tasks[0].labels[1]: must be text (set it in quotes), got null\
            """);
  }

  @Test
  void endsWhereAliasesMultiply() {
    StringBuilder yaml = new StringBuilder("x-0: &a0 [a, a]\n");
    for (int i = 1; i < 24; i++) {
      yaml.append("x-%1$s: &a%1$s [*a%2$s, *a%2$s]\n".formatted(i, i - 1));
    }

    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(yaml + FILE))
        .withMessageContaining("its aliases make more than 1000000 values of it");
  }

  @Test
  void takesAByteOrderMark() {
    assertThat(parse("\uFEFF" + FILE).name()).isEqualTo("parcel");
  }

  private static List<String> labels(Pipeline pipeline) {
    return ((ClassificationTask) pipeline.tasks().tasks().get(0))
        .labels().stream().map(Label::name).toList();
  }

  private static Pipeline parse(String yaml) {
    return PipelineFile.parse(yaml, "test.yaml", Path.of("/pipelines"));
  }
}
