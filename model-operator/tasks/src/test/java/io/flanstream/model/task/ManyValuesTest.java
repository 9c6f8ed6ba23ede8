package io.flanstream.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.flanstream.model.TestingTextModel;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Fields that may have several values in a text. */
class ManyValuesTest {
  private static final Map<String, Object> WHO = Map.of("name", "who", "values", "many");

  @Test
  void everyValueIsAnEntryOfItsFieldInTheOrderOfTheText() {
    assertThat(run("Anna and Ben at 8pm", "Ben ; Anna").getFields())
        .extracting(ExtractedField::getName, ExtractedField::getValue, ExtractedField::getStart)
        .containsExactly(tuple("who", "Anna", 0), tuple("who", "Ben", 9), tuple("when", "8pm", 16));
  }

  @Test
  void aValueThatIsWrittenAgainIsItsNextOccurrence() {
    assertThat(run("Ben and Ben at 8pm", "Ben ; Ben ; Ben").getFields())
        .extracting(ExtractedField::getValue, ExtractedField::getStart)
        .containsExactly(tuple("Ben", 0), tuple("Ben", 8), tuple("8pm", 15));
  }

  @Test
  void aFieldWithoutAnyIsAbsent() {
    Extraction extraction = run("nobody at 8pm", PromptTemplates.ABSENT);
    assertThat(extraction.getFields()).extracting(ExtractedField::getName).containsExactly("when");
    assertThat(extraction.getAbsent()).containsExactly("who");
  }

  @Test
  void thePromptSaysThatThereMayBeSeveral() {
    ExtractionTask task = (ExtractionTask) tasks(false).tasks().orElseThrow().tasks().get(0);
    assertThat(PromptTemplates.field(task, task.fields().get(0)).with("x"))
        .isEqualTo(
            "What is the who? There may be several: write \";\" between them. If the text does not say, answer unanswerable.\n\nText: x");
    assertThat(PromptTemplates.field(task, task.fields().get(1)).with("x"))
        .isEqualTo("What is the when? If the text does not say, answer unanswerable.\n\nText: x");
  }

  @Test
  void oneValueIsTheSameTaskAsEver() {
    List<Map<String, Object>> one = List.of(Map.of("name", "who", "values", "one"));
    assertThat(version(one)).isEqualTo(version(List.of("who")));
    assertThat(version(List.of(WHO))).isNotEqualTo(version(List.of("who")));
  }

  @Test
  void onePromptForAllFieldsHasNoRoomForMany() {
    assertThat(tasks(true).faults())
        .extracting(TaskViolation::path, TaskViolation::rule, TaskViolation::value)
        .containsExactly(
            tuple(
                "tasks[0].fields[0].values",
                "must be one where one prompt asks for all fields",
                "many"));
  }

  private static String version(List<?> fields) {
    return TaskParser.parse(
            List.of(Map.of("name", "people", "type", "extraction", "fields", fields)), "tasks")
        .tasks()
        .orElseThrow()
        .version();
  }

  private static ParsedTasks tasks(boolean atOnce) {
    return TaskParser.parse(
        List.of(
            Map.of(
                "name",
                "people",
                "type",
                "extraction",
                "fields",
                List.of(WHO, "when"),
                "fields-at-once",
                atOnce)),
        "tasks");
  }

  private static Extraction run(String text, String who) {
    TestingTextModel model =
        new TestingTextModel(
            200,
            (prompt, choice) -> 0.0,
            prompt -> prompt.contains("What is the who?") ? who : "8pm");
    return new TaskRunner(model, tasks(false).tasks().orElseThrow(), OverlongPolicy.REJECT)
        .run(text)
        .join()
        .extractions()
        .get(0);
  }
}
