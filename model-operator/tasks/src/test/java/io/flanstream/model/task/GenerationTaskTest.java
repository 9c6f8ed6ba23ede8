package io.flanstream.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flanstream.model.TestingTextModel;
import io.flanstream.model.decode.Beams;
import io.flanstream.model.decode.Sampling;
import io.flanstream.model.decode.Strategy;
import io.flanstream.schemas.Generation;
import io.flanstream.schemas.TaskStatus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks that write, alone and after others. */
class GenerationTaskTest {
  private static final String TEXT = "my parcel 12 is late";
  private static final String SUMMARY =
      "[{name: 'summary', type: 'generation', template: 'Summarise: {text} In short:'}]";

  @Test
  void theModelWritesAfterThePromptOfTheTemplate() {
    TestingTextModel model = writing("a late parcel");

    TaskResults results = run(model, SUMMARY);

    assertThat(model.prompts()).containsExactly("Summarise: my parcel 12 is late In short:");
    assertThat(results.generations()).hasSize(1);
    Generation written = results.generations().get(0);
    assertThat(written.getTask()).isEqualTo("summary");
    assertThat(written.getText()).isEqualTo("a late parcel");
    assertThat(written.getAnswer()).isEqualTo("a late parcel");
    assertThat(written.getFinished()).isTrue();
    int tokens = model.tokenizer().ended("a late parcel").length;
    assertThat(written.getLogprob()).isCloseTo(-0.1 * tokens, within(1e-9));
    assertThat(results.status()).containsExactly(new TaskStatus("summary", "OK", null, null));
    assertThat(results.fidelity().getTruncatedTokens()).isZero();
  }

  @Test
  void aTextThatDoesNotEndInTimeIsNotFinished() {
    String task = "[{name: 's', type: 'generation', template: '{text}', 'max-new-tokens': 3}]";
    Generation written = run(writing("a late parcel"), task).generations().get(0);
    assertThat(written.getFinished()).isFalse();
    assertThat("a late parcel").startsWith(written.getText());
  }

  @Test
  void whereNoTaskWritesThereAreNoGenerationsAtAll() {
    assertThat(
            run(writing(""), "[{name: 't', type: 'classification', labels: ['a', 'b']}]")
                .generations())
        .isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "so the answer is 4. no, the answer is 5.|5",
        "2 and 2, therefore the answer is: blue ; green|blue ; green",
        "i do not know|null",
        "the answer is|null"
      })
  void theAnswerIsWhatFollowsTheLastConclusion(String text, String answer) {
    String task =
        "[{name: 'why', type: 'generation', template: '{text}', 'answer-after': 'The Answer is'}]";
    Generation written = run(writing(text), task).generations().get(0);
    assertThat(written.getText()).isEqualTo(text);
    assertThat(written.getAnswer()).isEqualTo(answer);
  }

  @Test
  void theAnswerDoesNotHaveTheStopString() {
    String task =
        "[{name: 's', type: 'generation', template: '{text}', 'stop-strings': ['. q', ';']}]";
    Generation written = run(writing("one thing; another"), task).generations().get(0);
    assertThat(written.getAnswer()).isEqualTo("one thing");
  }

  @Test
  void promptsHaveTheAnswersOfOtherTasks() {
    TestingTextModel model =
        new TestingTextModel(
            300,
            (prompt, choice) -> choice.equals("late parcel") ? -0.1 : -3.0,
            prompt -> prompt.startsWith("What is the number") ? "12" : "sorry");

    TaskResults results =
        run(
            model,
            """
            [{name: 'reply', type: 'generation', template: 'About {intent} {order.number}: {note} {text}'},
             {name: 'note', type: 'generation', template: 'Note on {order}, {intent}'},
             {name: 'intent', type: 'classification', labels: ['late_parcel', 'refund']},
             {name: 'order', type: 'extraction', fields: ['number']}]
            """);

    assertThat(model.prompts())
        .hasSize(4)
        .endsWith(
            "Note on number: 12, late parcel", "About late parcel 12: sorry my parcel 12 is late");
    assertThat(results.generations())
        .extracting(Generation::getTask)
        .containsExactly("reply", "note");
    assertThat(results.status())
        .extracting(TaskStatus::getTask)
        .containsExactly("reply", "note", "intent", "order");
  }

  @Test
  void bracesInAnswersAndTextsAreNoPlaces() {
    TestingTextModel model = writing("x");
    runner(model, SUMMARY).run("{intent} {text}").join();
    assertThat(model.prompts()).containsExactly("Summarise: {intent} {text} In short:");
  }

  @Test
  void aTaskFailsWithTheTaskWhoseAnswerItNeeds() {
    TestingTextModel model = writing("short");
    String tasks =
        """
        [{name: 'long', type: 'generation', template: '%s {text}'},
         {name: 'after', type: 'generation', template: '{long}'},
         {name: 'other', type: 'generation', template: '{text}'}]
        """
            .formatted("a ".repeat(300));
    TaskResults results = run(model, tasks);
    assertThat(results.status())
        .extracting(TaskStatus::getState)
        .containsExactly("FAILED", "FAILED", "OK");
    assertThat(results.status().get(1))
        .isEqualTo(
            new TaskStatus(
                "after",
                "FAILED",
                "NEEDED_TASK_FAILED",
                "Cannot run task after: it needs the answer of task long, which failed with TOO_MANY_TOKENS"));
  }

  @Test
  void whereNoTaskSucceedsTheFirstCauseIsTheFailure() {
    String tasks =
        """
        [{name: 'after', type: 'generation', template: '{long}'},
         {name: 'long', type: 'generation', template: '%s {text}'}]
        """
            .formatted("a ".repeat(300));
    assertThatThrownBy(() -> run(writing("x"), tasks))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            TaskFailure.class, failure -> assertThat(failure.code()).isEqualTo("TOO_MANY_TOKENS"));
  }

  @Test
  void cancellingFreesWhatWaitsAndWhatWouldFollow() {
    TestingTextModel model = writing("x").hold();
    CompletableFuture<TaskResults> running =
        runner(
                model,
                """
                [{name: 'a', type: 'generation', template: '{text}'},
                 {name: 'b', type: 'generation', template: '{a}'}]
                """)
            .run(TEXT);
    running.cancel(false);
    assertThat(model.held()).hasSize(1).allMatch(CompletableFuture::isCancelled);
    assertThat(model.prompts()).hasSize(1);
  }

  @Test
  void aTextThatIsTruncatedSaysSo() {
    TaskResults results =
        new TaskRunner(writing("x"), TestingTasks.tasks(SUMMARY), OverlongPolicy.TRUNCATE)
            .run("a ".repeat(400))
            .join();
    assertThat(results.fidelity().getTruncatedTokens()).isPositive();
    assertThatThrownBy(
            () -> new TaskRunner(writing("x"), TestingTasks.tasks(SUMMARY), OverlongPolicy.WINDOW))
        .hasMessage(
            "Cannot define tasks: tasks[0].type must be classification or extraction where overlong is window, got generation");
  }

  @Test
  void readsHowToWrite() throws Exception {
    assertThat(strategy("'do-sample': true, temperature: 0.7, seed: 5000000000"))
        .isEqualTo(new Sampling(0.7, 50, 1, 5_000_000_000L));
    assertThat(strategy("'num-beams': 4, 'length-penalty': 0.6, 'early-stopping': true"))
        .isEqualTo(new Beams(4, 0.6, Beams.EarlyStopping.TRUE));
    TaskSet tasks =
        TestingTasks.tasks(
            """
            [{name: 's', type: 'generation', template: '{text}', 'max-new-tokens': 40,
              'min-new-tokens': 2, 'stop-strings': 'END', 'repetition-penalty': 1.2,
              'no-repeat-ngram-size': 3}]
            """);
    assertThat(((GenerationTask) tasks.tasks().get(0)).decoding())
        .isEqualTo(new Decoding(40, 2, List.of("END"), 1.2, 3, Strategy.GREEDY));
    assertThat(copy(tasks)).as("travels with a job").isEqualTo(tasks);
  }

  @Test
  void everyFaultIsReportedWithItsPlace() {
    assertThat(
            TestingTasks.faults(
                """
                [{name: 'a', type: 'generation', template: 'none', temperature: 1,
                  'max-new-tokens': 0, 'stop-string': 'x'},
                 {name: 'b', type: 'generation', template: '{text} {text}', 'do-sample': true,
                  'num-beams': 2, 'top-p': 2, 'min-new-tokens': 200, 'answer-after': ' '}]
                """))
        .containsExactlyInAnyOrder(
            "tasks[0].stop-string must be one of answer-after, do-sample, early-stopping, length-penalty, max-new-tokens, min-new-tokens, name, no-repeat-ngram-size, num-beams, repetition-penalty, seed, stop-strings, temperature, template, top-k, top-p, type, when (did you mean stop-strings?), got stop-string",
            "tasks[0].temperature must be given where do-sample is true alone, got it",
            "tasks[0].template must have {text} or the name of another task in braces, got \"none\"",
            "tasks[0].max-new-tokens must be at least 1, got 0",
            "tasks[1].num-beams must be 1 where do-sample is true, got 2",
            "tasks[1].top-p must be between 0 and 1, got 2.0",
            "tasks[1].template must have {text} at most once, got 2",
            "tasks[1].answer-after must not be blank, got \" \"",
            "tasks[1].min-new-tokens must be at most max-new-tokens = 128, got 200");
  }

  @Test
  void placesAndCirclesAreFaults() {
    assertThat(
            TestingTasks.faults(
                """
                [{name: 'intent', type: 'classification', labels: ['a', 'b']},
                 {name: 'order', type: 'extraction', fields: ['number']},
                 {name: 's', type: 'generation', template: '{text} {intnet} {order.numbr}'}]
                """))
        .containsExactly(
            "tasks[2].template must have no placeholders but {text}, {intent}, {order}, {order.number}, {s} (did you mean intent?), got {intnet}",
            "tasks[2].template must have no placeholders but {text}, {intent}, {order}, {order.number}, {s} (did you mean order.number?), got {order.numbr}");
    assertThat(
            TestingTasks.faults(
                """
                [{name: 'x', type: 'generation', template: '{text}'},
                 {name: 'a', type: 'generation', template: '{b}'},
                 {name: 'b', type: 'generation', template: '{c} {text}'},
                 {name: 'c', type: 'generation', template: '{a}'}]
                """))
        .containsExactly("tasks[1] must not wait for its own answer, got a -> b -> c -> a");
  }

  private static Strategy strategy(String members) {
    TaskSet tasks =
        TestingTasks.tasks(
            "[{name: 's', type: 'generation', template: '{text}', %s}]".formatted(members));
    return ((GenerationTask) tasks.tasks().get(0)).decoding().strategy();
  }

  private static Object copy(Object value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }

  private static TestingTextModel writing(String text) {
    return new TestingTextModel(200, (prompt, choice) -> -1.0, prompt -> text);
  }

  private static TaskResults run(TestingTextModel model, String tasks) {
    return runner(model, tasks).run(TEXT).join();
  }

  private static TaskRunner runner(TestingTextModel model, String tasks) {
    return new TaskRunner(model, TestingTasks.tasks(tasks), OverlongPolicy.REJECT);
  }
}
