package io.flanstream.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.flanstream.model.ModelException;
import io.flanstream.model.TestingTextModel;
import io.flanstream.model.task.ClassificationTask.MultiLabel;
import io.flanstream.schemas.Alternative;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import io.flanstream.schemas.Fidelity;
import io.flanstream.schemas.TaskStatus;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskRunnerTest {
  private static final String TEXT = "Book a (Table) for 12 at 8pm";
  private static final List<Label> LABELS =
      List.of(Label.of("card_arrival"), Label.of("change_pin"), Label.of("book_table"));
  private static final Map<String, Double> PROBABILITIES =
      Map.of("card arrival", 0.3, "change pin", 0.1, "book table", 0.6);
  private static final TaskDefinition BOOKING = booking(true, 0);

  @Test
  void aClassificationGivesTheBestLabel() {
    TaskResults results = run(ClassificationTask.of("intent", LABELS));
    assertThat(results.classifications()).hasSize(1);
    Classification row = results.classifications().get(0);
    assertThat(row.getTask()).isEqualTo("intent");
    assertThat(row.getLabel()).isEqualTo("book_table");
    assertThat(row.getAbstained()).isFalse();
    assertThat(row.getScore()).isCloseTo(0.6, within(1e-9));
    assertThat(row.getAlternatives())
        .extracting(Alternative::getLabel)
        .containsExactly("book_table", "card_arrival", "change_pin");
    assertThat(row.getAlternatives())
        .extracting(Alternative::getScore)
        .usingComparatorForType((x, y) -> Math.abs(x - y) < 1e-9 ? 0 : 1, Double.class)
        .containsExactly(0.6, 0.3, 0.1);
    assertThat(results.status()).containsExactly(new TaskStatus("intent", "OK", null, null));
    assertThat(results.fidelity()).isEqualTo(new Fidelity(21, 0, 0, 1));
  }

  @Test
  void aClassificationUnderItsThresholdAbstains() {
    Classification row =
        run(ClassificationTask.of("intent", LABELS, MultiLabel.OFF, 0.61)).classifications().get(0);
    assertThat(row.getLabel()).isNull();
    assertThat(row.getAbstained()).isTrue();
    assertThat(row.getScore()).isCloseTo(0.6, within(1e-9));
    assertThat(row.getAlternatives()).hasSize(3);
  }

  @Test
  void aLabelMayHaveAThresholdOfItsOwn() {
    List<Label> labels =
        List.of(
            new Label("card_arrival", "card arrival", null, 0.2),
            Label.of("change_pin"),
            new Label("book_table", "book table", null, 0.7));
    TaskResults one = run(ClassificationTask.of("t", labels, MultiLabel.OFF, 0.1));
    assertThat(one.classifications()).extracting(Classification::getLabel).containsOnlyNulls();
    TaskResults several = run(ClassificationTask.of("t", labels, MultiLabel.THRESHOLD, 0.05));
    assertThat(several.classifications())
        .extracting(Classification::getLabel)
        .containsExactly("card_arrival", "change_pin");
    assertThat(several.classifications().get(1).getAlternatives()).hasSize(3);
    assertThat(
            TestingTasks.faults(
                """
                [{name: 't', type: 'classification', scores: 'best',
                  labels: [{name: 'a', threshold: 2}, {name: 'b', threshold: 0.5}]}]
                """))
        .containsExactly(
            "tasks[0].labels[0].threshold must be between 0 and 1, got 2.0",
            "tasks[0].labels[0].threshold must be 0 where scores are of the best labels alone, got 2.0",
            "tasks[0].labels[1].threshold must be 0 where scores are of the best labels alone, got 0.5");
  }

  @Test
  void alternativesAreTheBestSoMany() {
    ClassificationTask task =
        ClassificationTask.builder("intent", LABELS).question("Which?").alternatives(2).build();
    assertThat(run(task).classifications().get(0).getAlternatives())
        .extracting(Alternative::getLabel)
        .containsExactly("book_table", "card_arrival");
  }

  @Test
  void severalLabelsReachTheThreshold() {
    TaskResults results = run(ClassificationTask.of("t", LABELS, MultiLabel.THRESHOLD, 0.25));
    assertThat(results.classifications())
        .extracting(Classification::getLabel)
        .containsExactly("book_table", "card_arrival");
    TaskResults none = run(ClassificationTask.of("t", LABELS, MultiLabel.THRESHOLD, 0.7));
    assertThat(none.classifications()).hasSize(1);
    assertThat(none.classifications().get(0).getAbstained()).isTrue();
  }

  @Test
  void yesNoAsksForEachLabelAndRanksByYes() {
    TestingTextModel model =
        new TestingTextModel(
            200,
            (prompt, choice) -> {
              double yes =
                  prompt.contains("pin") ? 0.7 : prompt.contains("\"book table\"") ? 0.9 : 0.2;
              return Math.log(choice.equals("yes") ? yes : 1 - yes);
            },
            prompt -> "");
    TaskResults results = run(model, ClassificationTask.of("t", LABELS, MultiLabel.YES_NO, 0.5));
    assertThat(model.prompts()).hasSize(3);
    assertThat(results.classifications())
        .extracting(Classification::getLabel)
        .containsExactly("book_table", "change_pin");
    assertThat(results.classifications().get(1).getScore()).isCloseTo(0.7, within(1e-9));
    assertThat(results.classifications().get(1).getAlternatives())
        .extracting(Alternative::getLabel)
        .containsExactly("book_table", "change_pin", "card_arrival");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anExtractionGivesSpansOfTheText(boolean atOnce) {
    TestingTextModel model = model(200);
    TaskResults results = run(model, booking(atOnce, 0));
    assertThat(model.prompts()).hasSize(atOnce ? 1 : 3);
    Extraction extraction = results.extractions().get(0);
    assertThat(extraction.getTask()).isEqualTo("booking");
    assertThat(extraction.getAbsent()).containsExactly("date");
    assertThat(extraction.getFields())
        .extracting(ExtractedField::getName, ExtractedField::getValue)
        .containsExactly(tuple("what", "Table"), tuple("time", "8pm"));
    assertThat(extraction.getFields())
        .allSatisfy(
            field ->
                assertThat(TEXT.substring(field.getStart(), field.getEnd()))
                    .isEqualTo(field.getValue()));
    // One token and its end (or what sets the next value apart: "; date :").
    int ending = atOnce ? model.tokenizer().encode("; date :").length() : 1;
    assertThat(extraction.getFields().get(0).getScore())
        .isCloseTo(Math.exp(-0.1 * (1 + ending)), within(1e-9));
  }

  @Test
  void aValueUnderTheThresholdIsAbsent() {
    assertThat(run(booking(false, 0.8)).extractions().get(0).getAbsent())
        .containsExactly("date", "time");
  }

  @Test
  void aTaskThatFailsLeavesTheOthers() {
    ClassificationTask overlong =
        ClassificationTask.builder("long", LABELS).question("a ".repeat(300)).build();
    TaskResults results = run(model(200), overlong, BOOKING);
    assertThat(results.classifications()).isEmpty();
    assertThat(results.extractions()).hasSize(1);
    assertThat(results.status())
        .extracting(TaskStatus::getTask, TaskStatus::getState, TaskStatus::getCode)
        .containsExactly(tuple("long", "FAILED", "TOO_MANY_TOKENS"), tuple("booking", "OK", null));
    assertThat(results.status().get(0).getMessage())
        .startsWith("Cannot encode prompt: it must have at most 200 tokens, got ");
  }

  @Test
  void whereAllTasksFailTheTextFails() {
    assertThat(failure(model(30), BOOKING, ClassificationTask.of("intent", LABELS)))
        .isInstanceOfSatisfying(
            TaskFailure.class,
            failure -> {
              assertThat(failure.stage()).isEqualTo(TaskFailure.Stage.TOKENIZE);
              assertThat(failure.code()).isEqualTo("TOO_MANY_TOKENS");
              assertThat(failure)
                  .hasMessageStartingWith("Cannot encode prompt: it must have at most 30 tokens");
            });
  }

  @Test
  void aTextThatIsTooLongByItselfIsNotSubmitted() {
    TestingTextModel model = model(21);
    assertThat(failure(model, BOOKING))
        .hasMessage(
            "Cannot run task booking: the text must have fewer tokens than model.max-input-tokens = 21, got 21");
    assertThat(model.prompts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"OUT_OF_MEMORY", "MODEL_FAILURE", "INVALID_REQUEST"})
  void aFailureOfTheModelIsOne(String code) {
    TestingTextModel model = failing(new ModelException(ModelException.Code.valueOf(code), "so"));
    assertThat(failure(model, ClassificationTask.of("intent", LABELS)))
        .isInstanceOfSatisfying(
            TaskFailure.class,
            failure -> {
              assertThat(failure.stage()).isEqualTo(TaskFailure.Stage.MODEL);
              assertThat(failure.code()).isEqualTo(code);
              assertThat(failure).hasMessage("so");
            });
  }

  @Test
  void aClosedModelIsNoFailureOfTheText() {
    TestingTextModel model = failing(new ModelException(ModelException.Code.CLOSED, "closed"));
    assertThat(failure(model, ClassificationTask.of("intent", LABELS), BOOKING))
        .isInstanceOfSatisfying(
            ModelException.class,
            thrown -> assertThat(thrown.code()).isEqualTo(ModelException.Code.CLOSED));
  }

  @Test
  void aScoreThatIsNoNumberFailsTheTask() {
    TestingTextModel model =
        new TestingTextModel(200, (prompt, choice) -> Double.NaN, prompt -> "");
    assertThat(failure(model, ClassificationTask.of("intent", LABELS)))
        .hasMessage(
            "Cannot rank the labels of task intent: the score of card_arrival must be a number, got NaN");
  }

  @Test
  void anAnswerThatDoesNotEndFailsTheTask() {
    assertThat(failure(model(200).writingAtMost(4), BOOKING))
        .isInstanceOfSatisfying(
            TaskFailure.class,
            failure -> {
              assertThat(failure.stage()).isEqualTo(TaskFailure.Stage.DECODE);
              assertThat(failure.code()).isEqualTo("ANSWER_TOO_LONG");
              assertThat(failure)
                  .hasMessage(
                      "Cannot read the answer of task booking: it must end within 4 tokens, got none that ends it");
            });
  }

  @Test
  void allPromptsAreSubmittedAtOnceAndCancelledTogether() {
    TestingTextModel model = model(200).hold();
    CompletableFuture<TaskResults> results =
        runner(model, ClassificationTask.of("intent", LABELS), booking(false, 0)).run(TEXT);
    assertThat(model.held()).hasSize(4);
    assertThat(results).isNotDone();
    results.cancel(false);
    assertThat(model.held()).allMatch(CompletableFuture::isCancelled);
  }

  @Test
  void labelsThatTheTokenizerCannotTellApartAreRefused() {
    ClassificationTask task =
        ClassificationTask.of(
            "intent", List.of(new Label("a", "Fi", null), new Label("b", "ﬁ", null)));
    assertThatThrownBy(() -> runner(model(200), task))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Cannot prepare task intent: labels a and b must differ to the model's vocabulary");
  }

  private static TaskDefinition booking(boolean atOnce, double threshold) {
    return new ExtractionTask(
        "booking",
        List.of(Field.of("what"), Field.of("date"), Field.of("time")),
        atOnce,
        threshold,
        null);
  }

  private static TestingTextModel model(int maxInputTokens) {
    return new TestingTextModel(
        maxInputTokens,
        (prompt, choice) -> Math.log(PROBABILITIES.get(choice)),
        prompt ->
            prompt.startsWith("Extract")
                ? "what : table ; date : unanswerable ; time : 8pm"
                : prompt.contains("what?")
                    ? "table"
                    : prompt.contains("date?") ? "unanswerable" : "8pm");
  }

  private static TestingTextModel failing(ModelException thrown) {
    return new TestingTextModel(
        200,
        (prompt, choice) -> {
          throw thrown;
        },
        prompt -> "what : table ; date : unanswerable ; time : 8pm");
  }

  private static TaskRunner runner(TestingTextModel model, TaskDefinition... tasks) {
    return new TaskRunner(model, TaskSet.of(List.of(tasks)), OverlongPolicy.REJECT);
  }

  private static TaskResults run(TaskDefinition... tasks) {
    return run(model(200), tasks);
  }

  private static TaskResults run(TestingTextModel model, TaskDefinition... tasks) {
    return runner(model, tasks).run(TEXT).join();
  }

  private static Throwable failure(TestingTextModel model, TaskDefinition... tasks) {
    return runner(model, tasks).run(TEXT).handle((results, thrown) -> thrown).join();
  }
}
