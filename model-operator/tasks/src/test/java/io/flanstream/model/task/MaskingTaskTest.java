package io.flanstream.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.flanstream.model.TestingTextModel;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import io.flanstream.schemas.TaskStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that no other task sees, and no result has. */
class MaskingTaskTest {
  private static final String TEXT = "Ann Lee wrote: ann lee, 2 Elm St, ann@lee.example, is late";
  private static final String TASKS =
      """
      [{name: 'intent', type: 'classification', labels: ['late', 'other']},
       {name: 'private', type: 'masking', fields: ['name']},
       {name: 'summary', type: 'generation', template: 'Summarise: {text}'},
       {name: 'who', type: 'extraction', fields: ['person']}]
      """;

  @Test
  void noOtherTaskSeesWhatIsMasked() {
    TestingTextModel model = model("ann lee", "[name_1]");

    TaskResults results = runner(model, TASKS, OverlongPolicy.REJECT).run(TEXT).join();

    String masked = "[NAME_1] wrote: [NAME_1], 2 Elm St, [EMAIL_1], is late";
    assertThat(results.masks().masked(TEXT)).isEqualTo(masked);
    assertThat(model.prompts().get(0)).contains("Ann Lee");
    assertThat(model.prompts().subList(1, model.prompts().size()))
        .hasSize(3)
        .allSatisfy(prompt -> assertThat(prompt).contains(masked).doesNotContain("Ann", "ann@"));
    assertThat(results.status())
        .extracting(TaskStatus::getTask)
        .containsExactly("intent", "private", "summary", "who");
    assertThat(results.extractions())
        .extracting(Extraction::getTask)
        .containsExactly("private", "who");
    for (Extraction extraction : results.extractions()) {
      for (ExtractedField field : extraction.getFields()) {
        assertThat(masked.substring(field.getStart(), field.getEnd())).isEqualTo(field.getValue());
      }
    }
    assertThat(results.extractions().get(0).getFields())
        .extracting(ExtractedField::getName, ExtractedField::getValue)
        .containsExactly(
            tuple("name", "[NAME_1]"), tuple("name", "[NAME_1]"), tuple("email", "[EMAIL_1]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mail a.b+c@mail.example.org, please|mail [EMAIL_1], please",
        "jörg@bücher.example or JÖRG@bücher.example|[EMAIL_1] or [EMAIL_1]",
        "to GB82 WEST 1234 5698 7654 32 today|to [IBAN_1] today",
        "to DE89370400440532013000.|to [IBAN_1].",
        "to GB82 WEST 1234 5698 7654 33 today|to GB82 WEST 1234 5698 7654 33 today",
        "card 4111 1111 1111 1111 exp 12|card [CARD_1] exp 12",
        "card 4111-1111-1111-1111|card [CARD_1]",
        "number 4111 1111 1111 1112|number 4111 1111 1111 1112",
        "call +44 20 7946 0958 now|call [PHONE_1] now",
        "call +1 (212) 555-0100|call [PHONE_1]",
        "order 4711, 20 pounds|order 4711, 20 pounds",
        "[EMAIL_1] is not a@b.example, c@d.example|[EMAIL_1] is not [EMAIL_2], [EMAIL_3]",
        "💩 a@b.example 💩|💩 [EMAIL_1] 💩"
      })
  void formsAreCheckedWithoutTheModel(String text, String masked) {
    TestingTextModel model = model("unanswerable", "");
    TaskResults results =
        runner(model, "[{name: 'm', type: 'masking'}]", OverlongPolicy.REJECT).run(text).join();
    assertThat(results.masks().masked(text)).isEqualTo(masked);
    assertThat(model.prompts()).isEmpty();
  }

  @Test
  void otherValuesOfTheRecordHaveTheSamePlaceholders() {
    Masks masks =
        runner(model("ann lee", ""), TASKS, OverlongPolicy.REJECT).run(TEXT).join().masks();
    assertThat(masks.values(TEXT).maskedIn("for ANN LEE <ann@lee.example>"))
        .isEqualTo("for [NAME_1] <[EMAIL_1]>");
  }

  @Test
  void whatCannotBeMaskedWholeFails() {
    assertThatThrownBy(
            () -> runner(model("x", ""), TASKS, OverlongPolicy.REJECT).run("a ".repeat(400)).join())
        .cause()
        .isInstanceOfSatisfying(
            TaskFailure.class, failure -> assertThat(failure.code()).isEqualTo("TOO_MANY_TOKENS"));
    String names = "a ; b ; c ; d ; e ; f ; g ; h ; i ; j ; k ; l ; m ; n ; o ; p";
    assertThatThrownBy(
            () ->
                runner(model(names, ""), TASKS, OverlongPolicy.REJECT)
                    .run(names.replace(" ;", " and") + " and q")
                    .join())
        .hasMessageContaining("Cannot mask name of task private: the text must have fewer than 16");
    assertThatThrownBy(() -> runner(model("", ""), TASKS, OverlongPolicy.TRUNCATE))
        .hasMessage(
            "Cannot define tasks: tasks[1].type must not be masking where overlong is truncate: the model would not see all of the text, got masking");
  }

  @Test
  void cancellingFreesWhatIsLookedFor() {
    TestingTextModel model = model("", "").hold();
    runner(model, TASKS, OverlongPolicy.REJECT).run(TEXT).cancel(false);
    assertThat(model.held()).hasSize(1).allMatch(future -> future.isCancelled());
  }

  @Test
  void everyFaultIsReportedWithItsPlace() {
    assertThat(
            TestingTasks.faults(
                """
                [{name: 'a', type: 'masking', forms: [], when: {topic: 't'}},
                 {name: 'b', type: 'masking', forms: ['e-mail'], fields: [{name: 'x', type: 'date'}]},
                 {name: 'c', type: 'generation', template: '{text} {d}'},
                 {name: 'd', type: 'masking'}]
                """))
        .containsExactly(
            "tasks[0].when must be one of fields, forms, name, template, threshold, type, got when",
            "tasks[0].forms must have at least 1 form where fields has none, got 0",
            "tasks[1].forms[0] must be one of email, iban, card, phone, got e-mail",
            "tasks[1].fields[0].type must be text where values are masked, got date");
    assertThat(
            TestingTasks.faults(
                """
                [{name: 'c', type: 'generation', template: '{text} {d}'},
                 {name: 'd', type: 'masking'}]
                """))
        .containsExactly(
            "tasks[0].template must have no placeholders but {text}, {c} (did you mean c?), got {d}");
  }

  private static TestingTextModel model(String found, String later) {
    return new TestingTextModel(
        400,
        (prompt, choice) -> choice.equals("late") ? -0.1 : -3,
        prompt -> prompt.startsWith("What is the name") ? found : later);
  }

  private static TaskRunner runner(TestingTextModel model, String tasks, OverlongPolicy policy) {
    return new TaskRunner(model, TestingTasks.tasks(tasks), policy);
  }
}
