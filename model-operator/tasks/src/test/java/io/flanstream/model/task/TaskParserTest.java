package io.flanstream.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.task.ClassificationTask.MultiLabel;
import io.flanstream.model.task.ClassificationTask.OptionsListing;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a faulty definition says. Tables of faults are alike, each over definitions of its own. */
class TaskParserTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void readsDefinitionsWithDefaults() {
    TaskSet tasks =
        TaskParser.parse(
                List.of(
                    Map.of("name", "intent", "type", "classification", "labels", List.of("a_b", 5)),
                    Map.of("name", "slots", "type", "extraction", "fields", List.of("timeRange"))),
                "tasks")
            .orElseThrow();
    assertThat(tasks.tasks())
        .containsExactly(
            ClassificationTask.builder(
                    "intent", List.of(new Label("a_b", "a b", null), new Label("5", "5", null)))
                .question("Which label fits the text best?")
                .build(),
            new ExtractionTask(
                "slots",
                List.of(new Field("timeRange", "time range", null, Field.Type.TEXT)),
                false,
                0,
                null));
  }

  @Test
  void readsEveryMember() {
    TaskSet tasks =
        TaskParser.parse(
                json(
                    """
                    [{"name": "topics", "type": "classification", "question": "Which?",
                      "labels": [{"name": "change_pin", "description": "wants another PIN", "text": "change pin"}],
                      "multi-label": "yes-no", "threshold": 0.4, "options": "hidden", "alternatives": 3,
                      "template": "{question} {text} {label}"},
                     {"name": "booking", "type": "extraction",
                      "fields": ["people", {"name": "date", "description": "day", "text": "the day", "type": "text"}],
                      "fields-at-once": true, "threshold": 0.25, "template": "{fields}: {text}"}]"""),
                "tasks")
            .orElseThrow();
    assertThat(tasks.tasks())
        .containsExactly(
            ClassificationTask.builder(
                    "topics", List.of(new Label("change_pin", "change pin", "wants another PIN")))
                .question("Which?")
                .multiLabel(MultiLabel.YES_NO, 0.4)
                .options(OptionsListing.HIDDEN)
                .alternatives(3)
                .template("{question} {text} {label}")
                .build(),
            new ExtractionTask(
                "booking",
                List.of(Field.of("people"), new Field("date", "the day", "day", Field.Type.TEXT)),
                true,
                0.25,
                "{fields}: {text}"));
  }

  @Test
  void fieldsHaveTypes() {
    assertThat(field("'type': 'decimal', 'locale': 'de-DE'").orElseThrow().tasks())
        .containsExactly(
            ExtractionTask.of(
                "booking",
                List.of(new Field("x", "x", null, Field.Type.DECIMAL, Locale.GERMANY, List.of())),
                false));
    assertThat(
            List.of("'type': 'text'", "'type': 'date'", "'type': 'date', 'locale': 'en-GB'")
                .stream()
                .map(members -> field(members).orElseThrow().version()))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'type': 'money' | type must be one of text, enum, integer, decimal, date, got \"money\"",
        "'type': 'enum' | choices must have at least 1 choice, got 0",
        "'choices': ['a'] | choices must be given for an enum alone, got 1",
        "'type': 'enum', 'choices': ['a b', 'A_B'] | choices[1] must differ from tasks[0].fields[0].choices[0], got \"a b\"",
        "'type': 'date', 'locale': 'xx-YY' | locale must be a language tag that Java knows, such as en-GB, got \"xx-YY\"",
        "'locale': 'de-DE' | locale must be given for numbers and dates alone, got \"de-DE\"",
      })
  void faultsOfAField(String members, String message) {
    assertThat(field(members).faults().stream().map(TaskViolation::message))
        .containsExactly("tasks[0].fields[0]." + message);
  }

  private static ParsedTasks field(String members) {
    return TaskParser.parse(
        json(
            "[{'name': 'booking', 'type': 'extraction', 'fields': [{'name': 'x', %s}]}]"
                .formatted(members)
                .replace('\'', '"')),
        "tasks");
  }

  @Test
  void readsExamples() {
    ClassificationTask task =
        parsed("'examples': [{'text': 'x', 'label': 'a'}, {'text': 'y', 'labels': ['b']}]");
    assertThat(task.examples())
        .containsExactly(new LabelExample("x", List.of("a")), new LabelExample("y", List.of("b")));
    assertThat(TaskSet.of(List.of(task)).version())
        .isNotEqualTo(
            TaskSet.of(List.of(parsed("'examples': [{'text': 'x', 'label': 'a'}]"))).version());
    ExtractionTask fields =
        (ExtractionTask)
            shown("{'text': '4 of us', 'fields': {'x': '4'}}, {'text': 'y'}")
                .tasks()
                .orElseThrow()
                .tasks()
                .get(0);
    assertThat(fields.examples())
        .containsExactly(
            new FieldExample("4 of us", Map.of("x", "4")), new FieldExample("y", Map.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'label': 'c' | [0].labels must be among the labels [a, b], got \"c\"",
        "'labels': ['a', 'b'] | [0].labels must be one label where the labels are scored together, got 2",
        "'fields': {'a': 'x'} | [0].fields must be one of label, labels, text, got fields",
      })
  void faultsOfAnExample(String members, String message) {
    ParsedTasks parsed =
        TaskParser.parse(
            json(
                """
                [{'name': 't', 'type': 'classification', 'labels': ['a', 'b'],
                  'examples': [{'text': 'x', %s}]}]"""
                    .formatted(members)
                    .replace('\'', '"')),
            "tasks");
    assertThat(parsed.faults().stream().map(TaskViolation::message))
        .contains("tasks[0].examples" + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'text': 'four', 'fields': {'y': 'four'}} | [0].fields must be among the fields [x, many], got \"y\"",
        "{'text': 'four', 'fields': {'x': '4'}} | [0].fields.x must stand in the text, got \"4\"",
        "{'text': ' ', 'fields': {}} | [0].text must not be blank, got \" \"",
        "{'fields': {}} | [0].text must be given, got nothing",
        "'four' | [0] must be an object, got \"four\"",
      })
  void faultsOfAnExampleOfFields(String example, String message) {
    assertThat(shown(example).faults().stream().map(TaskViolation::message))
        .contains("tasks[0].examples" + message);
  }

  @Test
  void anExampleHasSeveralValuesWhereAFieldMay() {
    String example = "{'text': 'four or five', 'fields': {'many': 'four; five'}}";
    assertThat(shown(example).faults()).isEmpty();
    assertThat(
            shown(example.replace("; five", "; six")).faults().stream().map(TaskViolation::message))
        .containsExactly(
            "tasks[0].examples[0].fields.many must stand in the text, got \"four; six\"");
    assertThat(shown(example.replace("many", "x")).faults()).hasSize(1);
  }

  private static ParsedTasks shown(String examples) {
    return TaskParser.parse(
        json(
            ("[{'name': 'booking', 'type': 'extraction',"
                    + " 'fields': ['x', {'name': 'many', 'values': 'many'}], 'examples': [%s]}]")
                .formatted(examples)
                .replace('\'', '"')),
        "tasks");
  }

  @Test
  void readsHowScoresAreMade() {
    ClassificationTask task =
        parsed(
            """
            'normalization': 'mean',
            'calibration': {'method': 'labelled', 'scale': 0.5, 'offsets': {'b': 1, 'a': -0.25},
                            'weights': 'ff', 'sample': {'texts': 12}}""");
    assertThat(task.scoring())
        .isEqualTo(
            new Scoring(
                Scoring.Normalization.MEAN,
                new Calibration(0.5, Map.of("a", -0.25, "b", 1.0), "ff", null)));
    TaskSet raw = TaskSet.of(List.of(ClassificationTask.of(task.name(), task.labels())));
    assertThat(TaskSet.of(List.of(task)).version()).isNotEqualTo(raw.version());
  }

  @Test
  void aCalibrationIsOfTheTaskAsItIs() {
    ParsedTasks parsed =
        TaskParser.parse(
            json(
                """
                [{"name": "t", "type": "classification", "labels": ["a", "b"],
                  "calibration": {"scale": 0, "offsets": {"a": 0, "c": 1}, "task": "0123456789ab"}}]"""),
            "tasks");
    ClassificationTask raw = ClassificationTask.of("t", List.of(Label.of("a"), Label.of("b")));
    assertThat(parsed.faults().stream().map(TaskViolation::message))
        .containsExactlyInAnyOrder(
            "tasks[0].calibration.scale must be above 0, got 0.0",
            "tasks[0].calibration.offsets must be of labels of the task, got \"c\"",
            "tasks[0].calibration.offsets must have every label, got no \"b\"",
            "tasks[0].calibration.task must be this task as it is now, %s: make the calibration again with flanstream calibrate, got 0123456789ab"
                .formatted(TaskSet.of(List.of(raw.raw())).version()));
  }

  @Test
  void theBestLabelsAloneHaveScores() {
    assertThat(parsed("'scores': 'best'").scoring().scores()).isEqualTo(Scoring.Scores.BEST);
    assertThat(parsed("'scores': 'all'").scoring()).isEqualTo(Scoring.USUAL);
    assertThat(TaskSet.of(List.of(parsed("'scores': 'best'"))).version())
        .isNotEqualTo(TaskSet.of(List.of(parsed("'scores': 'all'"))).version());
  }

  @Test
  void whatNeedsAllScoresIsRefusedWhereTheBestAloneHaveOne() {
    ParsedTasks parsed =
        TaskParser.parse(
            json(
                """
                [{"name": "t", "type": "classification", "labels": ["a", "b"], "scores": "best",
                  "multi-label": "threshold", "threshold": 0.3, "normalization": "mean",
                  "calibration": {"offsets": {"a": 0, "b": 1}}}]"""),
            "tasks");
    assertThat(parsed.faults().stream().map(TaskViolation::message))
        .containsExactlyInAnyOrder(
            "tasks[0].multi-label must be off where scores are of the best labels alone, got threshold",
            "tasks[0].threshold must be 0 where scores are of the best labels alone, got 0.3",
            "tasks[0].normalization must be sum where scores are of the best labels alone, got mean",
            "tasks[0].calibration must not be given where scores are of the best labels alone, got one");
  }

  @Test
  void yesNoHasAThresholdOfAHalf() {
    assertThat(parsed("'multi-label': 'yes-no'").threshold()).isEqualTo(0.5);
  }

  /** YAML 1.1 reads a bare off as false. */
  @Test
  void multiLabelOffMayBeFalse() {
    assertThat(parsed("'multi-label': false").multiLabel()).isEqualTo(MultiLabel.OFF);
  }

  @Test
  void allFaultsAreReportedAtOnce() {
    ParsedTasks parsed =
        TaskParser.parse(
            json(
                """
                [{"name": "intent", "type": "classification", "labls": [],
                  "labels": ["card_arrival", {"description": " "}, "cardArrival", true, {"name": "x", "nme": 1}, "x"],
                  "threshold": 2, "options": "some", "multi-label": true, "alternatives": 0.5},
                 {"name": "intent", "type": "extraction", "fields": "date", "fields-at-once": "yes"},
                 {"type": "summary"},
                 {"name": "", "type": "classification", "question": "", "labels": ["a"], "alternatives": 0,
                  "template": "{question} {lable} {text} {text}"},
                 7]"""),
            "pipeline.tasks");
    assertThat(parsed.tasks()).isEmpty();
    assertThat(parsed.faults().stream().map(TaskViolation::message))
        .containsExactlyInAnyOrder(
            "pipeline.tasks[0].labls must be one of alternatives, calibration, examples, labels, max-unknown-share, multi-label, name, normalization, options, question, scores, template, threshold, type, when, got labls",
            "pipeline.tasks[0].labels[1].name must be given, got nothing",
            "pipeline.tasks[0].labels[1].description must not be blank, got \" \"",
            "pipeline.tasks[0].labels[2].text must differ from pipeline.tasks[0].labels[0].text, got \"card arrival\"",
            "pipeline.tasks[0].labels[3] must be text (set it in quotes), got true",
            "pipeline.tasks[0].labels[4].nme must be one of description, name, text, threshold, got nme",
            "pipeline.tasks[0].labels[5].name must differ from pipeline.tasks[0].labels[4].name, got \"x\"",
            "pipeline.tasks[0].threshold must be between 0 and 1, got 2.0",
            "pipeline.tasks[0].options must be one of listed, hidden, auto, got \"some\"",
            "pipeline.tasks[0].multi-label must be one of off, threshold, yes-no, got true",
            "pipeline.tasks[0].alternatives must be a whole number, got 0.5",
            "pipeline.tasks[1].name must differ from pipeline.tasks[0].name, got \"intent\"",
            "pipeline.tasks[1].fields must be a list, got \"date\"",
            "pipeline.tasks[1].fields-at-once must be true or false, got \"yes\"",
            "pipeline.tasks[2].type must be one of classification, extraction, generation, masking, got summary",
            "pipeline.tasks[3].name must not be blank, got \"\"",
            "pipeline.tasks[3].question must not be blank, got \"\"",
            "pipeline.tasks[3].labels must have at least 2 labels, got 1",
            "pipeline.tasks[3].alternatives must be at least 1, got 0",
            "pipeline.tasks[3].template must have {text} exactly once, got 2 times",
            "pipeline.tasks[3].template must have no placeholders but {options}, {question}, {text}, got {lable}",
            "pipeline.tasks[4] must be a task: an object, got 7");
    assertThatThrownBy(parsed::orElseThrow)
        .isInstanceOf(InvalidTasksException.class)
        .hasMessageStartingWith("Cannot define tasks: pipeline.tasks[0].labls must be one of");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'multi-label': 'threshold' | tasks[0].threshold must be above 0 where a text may have several labels, got 0.0",
        "'multi-label': 'yes-no', 'threshold': 0 | tasks[0].threshold must be above 0 where a text may have several labels, got 0.0",
        "'threshold': -0.1 | tasks[0].threshold must be between 0 and 1, got -0.1",
        "'template': 'no text' | tasks[0].template must have {text} exactly once, got 0 times",
        "'template': '{text} {field}' | tasks[0].template must have no placeholders but {options}, {question}, {text}, got {field}",
      })
  void faultsOfAClassification(String members, String message) {
    assertThat(parse(members).faults().stream().map(TaskViolation::message))
        .containsExactly(message);
  }

  @Test
  void thereMustBeTasks() {
    assertThat(TaskParser.parse(null, "tasks").faults().get(0).message())
        .isEqualTo("tasks must be a list of tasks, got nothing");
    assertThat(TaskParser.parse(List.of(), "tasks").faults().get(0).message())
        .isEqualTo("tasks must have at least one task, got none");
    assertThatThrownBy(() -> TaskSet.of(List.of()))
        .isInstanceOf(InvalidTasksException.class)
        .hasMessage("Cannot define tasks: tasks must have at least one task, got none");
  }

  private static ClassificationTask parsed(String members) {
    return (ClassificationTask) parse(members).orElseThrow().tasks().get(0);
  }

  private static ParsedTasks parse(String members) {
    return TaskParser.parse(
        json(
            "[{'name': 'intent', 'type': 'classification', 'labels': ['a', 'b'], %s}]"
                .formatted(members)
                .replace('\'', '"')),
        "tasks");
  }

  private static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
