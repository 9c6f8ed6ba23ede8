package io.flanstream.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.flanstream.model.TestingTextModel;
import io.flanstream.schemas.TaskStatus;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks that are asked of some records only. */
class ConditionTest {
  private static final String TASKS =
      """
      [{name: 'order', type: 'extraction', fields: ['number', 'date'], when: %s},
       {name: 'intent', type: 'classification', labels: ['refund', 'hello']}]
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{task: 'intent', labels: ['refund']}|i want a refund|OK",
        "{task: 'intent', labels: ['refund']}|hi|SKIPPED",
        "{task: 'intent'}|hi|OK",
        "{attribute: 'lang', equals: 'en'}|hi|OK",
        "{attribute: 'lang', in: ['de', 'fr']}|hi|SKIPPED",
        "{attribute: 'country'}|hi|SKIPPED",
        "{topic: 'mail'}|hi|OK",
        "{topics: ['chat', 'sms']}|hi|SKIPPED",
        "[{topic: 'mail'}, {task: 'intent', labels: ['hello', 'refund']}]|hi|OK",
        "[{topic: 'mail'}, {task: 'intent', labels: ['refund']}]|hi|SKIPPED"
      })
  void aTaskIsAskedWhereItsConditionsHold(String when, String text, String state) {
    TestingTextModel model = model();

    TaskResults results =
        runner(model, TASKS.formatted(when))
            .run(new TaskInput(text, Map.of("lang", "en"), "mail"))
            .join();

    assertThat(results.status())
        .extracting(TaskStatus::getTask, TaskStatus::getState, TaskStatus::getCode)
        .containsExactly(tuple("order", state, null), tuple("intent", "OK", null));
    assertThat(results.extractions()).hasSize(state.equals("OK") ? 1 : 0);
    assertThat(model.prompts()).hasSize(state.equals("OK") ? 3 : 1);
  }

  @Test
  void aTaskAfterOneThatWasSkippedIsSkippedByItsLabelAndAskedWithABlank() {
    TestingTextModel model = model();
    TaskResults results =
        runner(
                model,
                """
                [{name: 'a', type: 'classification', labels: ['x', 'y'], when: {topic: 'none'}},
                 {name: 'b', type: 'classification', labels: ['x', 'y'], when: {task: 'a'}},
                 {name: 'c', type: 'generation', template: 'a: {a} {text}'}]
                """)
            .run("hi")
            .join();
    assertThat(results.status())
        .extracting(TaskStatus::getState)
        .containsExactly("SKIPPED", "SKIPPED", "OK");
    assertThat(model.prompts()).containsExactly("a:  hi");
  }

  @Test
  void aTaskFailsWhoseConditionCannotBeKnown() {
    TaskResults results =
        runner(
                model(),
                """
                [{name: 'long', type: 'classification', question: '%s', labels: ['x', 'y']},
                 {name: 'b', type: 'classification', labels: ['x', 'y'], when: {task: 'long'}},
                 {name: 'c', type: 'classification', labels: ['x', 'y']}]
                """
                    .formatted("a ".repeat(300)))
            .run("hi")
            .join();
    assertThat(results.status())
        .extracting(TaskStatus::getCode)
        .containsExactly("TOO_MANY_TOKENS", "NEEDED_TASK_FAILED", null);
  }

  @Test
  void whereAllTasksAreSkippedTheRecordHasNoAnswers() {
    TaskResults results =
        runner(
                model(),
                "[{name: 'a', type: 'classification', labels: ['x', 'y'], when: {topic: 'none'}}]")
            .run("hi")
            .join();
    assertThat(results.status()).containsExactly(new TaskStatus("a", "SKIPPED", null, null));
    assertThat(results.classifications()).isEmpty();
  }

  @Test
  void whereNoTaskIsConditionalTheVersionIsWhatItWas() {
    assertThat(version("")).isEqualTo(version(", when: []"));
    assertThat(version(", when: {topic: 'a'}"))
        .isEqualTo(version(", when: [{topics: ['a']}]"))
        .isNotEqualTo(version(", when: {topic: 'b'}"))
        .isNotEqualTo(version(""));
  }

  @Test
  void everyFaultIsReportedWithItsPlace() {
    assertThat(
            TestingTasks.faults(
                """
                [{name: 'a', type: 'classification', labels: ['x', 'y'], when: {labels: ['x']}},
                 {name: 'b', type: 'classification', labels: ['x', 'y'],
                  when: [{task: 'a', topic: 't'}, {topics: []}, {attribute: 'x', equal: 'y'}, 7]},
                 {name: 'c', type: 'classification', labels: ['x', 'y'], when: 'always'}]
                """))
        .containsExactly(
            "tasks[0].when must have one of task, attribute, topic, topics, got none",
            "tasks[1].when[2].equal must be one of attribute, equals, in, labels, task, topic, topics (did you mean equals?), got equal",
            "tasks[1].when[3] must be an object, got 7",
            "tasks[1].when[0] must have one of task, attribute, topic, topics, got 2",
            "tasks[1].when[1].topics must have at least 1 value, got 0",
            "tasks[2].when must be an object, got \"always\"");
    assertThat(
            TestingTasks.faults(
                """
                [{name: 'a', type: 'classification', labels: ['x', 'y'], when: {task: 'b'}},
                 {name: 'b', type: 'classification', labels: ['x', 'y'], when: {task: 'a', labels: ['zebra']}},
                 {name: 'e', type: 'extraction', fields: ['x'], when: {task: 'e'}}]
                """))
        .containsExactly(
            "tasks[1].when.labels must be among the labels [x, y], got \"zebra\"",
            "tasks[2].when.task must be a classification among the tasks [a, b] (did you mean a?), got \"e\"");
    assertThat(
            TestingTasks.faults(
                """
                [{name: 'a', type: 'classification', labels: ['x', 'y'], when: {task: 'b'}},
                 {name: 'b', type: 'classification', labels: ['x', 'y'], when: {task: 'a'}}]
                """))
        .containsExactly("tasks[0] must not wait for its own answer, got a -> b -> a");
  }

  private static String version(String members) {
    return TestingTasks.tasks(
            "[{name: 'a', type: 'classification', labels: ['x', 'y']%s}]".formatted(members))
        .version();
  }

  private static TestingTextModel model() {
    return new TestingTextModel(
        300,
        (prompt, choice) ->
            prompt.contains("refund\n\nOPTIONS") == choice.equals("refund") ? -0.1 : -4,
        prompt -> "unanswerable");
  }

  private static TaskRunner runner(TestingTextModel model, String tasks) {
    return new TaskRunner(model, TestingTasks.tasks(tasks), OverlongPolicy.REJECT);
  }
}
