package io.flanstream.model.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.task.ClassificationTask.MultiLabel;
import io.flanstream.model.task.ClassificationTask.OptionsListing;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shipped checkpoint was trained on exactly these strings. */
class PromptTemplatesTest {
  private static final String TEXT = "I lost my {options} card";
  private static final List<Label> LABELS =
      List.of(Label.of("lost_card", "the card is gone"), Label.of("AddToPlaylist"));

  @Test
  void classificationListsOptions() {
    assertThat(PromptTemplates.classification(ClassificationTask.of("intent", LABELS)).with(TEXT))
        .isEqualTo(
            """
            Which label fits the text best?

            Text: I lost my {options} card

            OPTIONS:
            - lost card: the card is gone
            - add to playlist""");
  }

  @Test
  void classificationWithoutOptionsEndsWithTheText() {
    assertThat(prompt(OptionsListing.HIDDEN, 2))
        .isEqualTo("Which label fits the text best?\n\nText: " + TEXT);
  }

  @Test
  void autoListsAtMostTwentyFourLabels() {
    assertThat(prompt(OptionsListing.AUTO, 24)).endsWith("\n- label 23");
    assertThat(prompt(OptionsListing.AUTO, 25)).isEqualTo(prompt(OptionsListing.HIDDEN, 25));
    assertThat(prompt(OptionsListing.LISTED, 25)).endsWith("\n- label 24");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "null, Does the label \"lost card\" fit the text?",
        "the card is gone, Does this describe the text: the card is gone?",
        "Is the card gone?, Is the card gone?",
      })
  void yesNoAsksForOneLabel(String description, String hypothesis) {
    Label label = Label.of("lost_card", description);
    ClassificationTask task =
        ClassificationTask.of("intent", List.of(label), MultiLabel.YES_NO, 0.5);
    assertThat(PromptTemplates.yesNo(task, label).with(TEXT))
        .isEqualTo(hypothesis + "\n\nText: " + TEXT + "\n\nOPTIONS:\n- yes\n- no");
    assertThat(PromptTemplates.YES_NO).containsExactly("yes", "no");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "null, What is the time range?",
        "when, What is the time range (when)?",
        "When is it?, When is it?",
      })
  void extractionAsksForOneField(String description, String question) {
    Field field = Field.of("timeRange", description);
    assertThat(
            PromptTemplates.field(ExtractionTask.of("slots", List.of(field), false), field)
                .with(TEXT))
        .isEqualTo(
            question
                + " If the text does not say, answer unanswerable.\n\nText: I lost my {options} card");
  }

  @Test
  void extractionAsksForAllFieldsAtOnce() {
    List<Field> fields =
        List.of(Field.of("people"), Field.of("date", "day of the booking"), Field.of("time"));
    assertThat(PromptTemplates.fields(ExtractionTask.of("booking", fields, true)).with(TEXT))
        .isEqualTo(
            """
            Extract the fields, or answer unanswerable.

            Fields: people; date: day of the booking; time

            Text: I lost my {options} card""");
  }

  @Test
  void aTemplateTakesThePlaceOfTheUsualOne() {
    ClassificationTask task =
        ClassificationTask.builder("intent", LABELS)
            .question("Which?")
            .multiLabel(MultiLabel.YES_NO, 0.5)
            .options(OptionsListing.LISTED)
            .template("{label} ({description}) of {x} in <{text}>? {question}\n{options}")
            .build();
    assertThat(PromptTemplates.yesNo(task, LABELS.get(0)).with(TEXT))
        .isEqualTo(
            "lost card (the card is gone) of  in <I lost my {options} card>? Does this describe the text: the card is gone?\nOPTIONS:\n- yes\n- no");
  }

  @Test
  void aTemplateLosesTheSpaceBeforeOptionsThatAreNotListed() {
    ClassificationTask task =
        ClassificationTask.builder("intent", LABELS)
            .question("Which?")
            .options(OptionsListing.HIDDEN)
            .template("{question} \n {options}. {text}")
            .build();
    assertThat(PromptTemplates.classification(task).with("x")).isEqualTo("Which?. x");
  }

  @Test
  void examplesComeFirstWithTheAnswerToTheVeryPrompt() {
    assertThat(PromptTemplates.classification(shown(MultiLabel.OFF)).with(TEXT))
        .isEqualTo(
            """
            Text: Where did it go?
            Answer: lost card

            Text: {text} of 1234
            Answer: add to playlist

            Which label fits the text best?

            Text: I lost my {options} card

            OPTIONS:
            - lost card: the card is gone
            - add to playlist""");
    assertThat(PromptTemplates.yesNo(shown(MultiLabel.YES_NO), LABELS.get(0)).with(TEXT))
        .startsWith(
            """
            Text: Where did it go?
            Answer: yes

            Text: {text} of 1234
            Answer: no

            Does this describe the text""");
  }

  private static ClassificationTask shown(MultiLabel multiLabel) {
    return ClassificationTask.builder("intent", LABELS)
        .multiLabel(multiLabel, 0)
        .examples(
            List.of(
                new LabelExample("Where did it go?", List.of(LABELS.get(0).name())),
                new LabelExample("{text} of 1234", List.of(LABELS.get(1).name()))))
        .build();
  }

  @Test
  void examplesOfFieldsSayWhatIsAbsent() {
    List<Field> fields = List.of(Field.of("people"), Field.of("time_of_day"));
    List<FieldExample> examples =
        List.of(new FieldExample("A table for four", Map.of("people", "four")));
    ExtractionTask each = new ExtractionTask("booking", fields, false, 0, null, examples);
    assertThat(PromptTemplates.field(each, fields.get(0)).with("x"))
        .startsWith("Text: A table for four\nAnswer: four\n\nWhat is the people?");
    assertThat(PromptTemplates.field(each, fields.get(1)).with("x"))
        .startsWith("Text: A table for four\nAnswer: unanswerable\n\nWhat is the time of day?");
    ExtractionTask atOnce = new ExtractionTask("booking", fields, true, 0, null, examples);
    assertThat(PromptTemplates.fields(atOnce).with("x"))
        .startsWith(
            "Text: A table for four\nAnswer: people : four ; time of day : unanswerable\n\nExtract");
  }

  @ParameterizedTest
  @CsvSource({
    "card_arrival, card arrival",
    "AddToPlaylist, add to playlist",
    "timeRange, time range",
    "top-up  failed, top up failed",
    "IBANnumber2Use, ibannumber2 use",
    "_x_, x",
  })
  void namesBecomeWords(String name, String text) {
    assertThat(TextForm.of(name)).isEqualTo(text);
  }

  private static String prompt(OptionsListing options, int labels) {
    return PromptTemplates.classification(
            ClassificationTask.builder(
                    "intent",
                    IntStream.range(0, labels).mapToObj(i -> Label.of("label_" + i)).toList())
                .options(options)
                .build())
        .with(TEXT);
  }
}
