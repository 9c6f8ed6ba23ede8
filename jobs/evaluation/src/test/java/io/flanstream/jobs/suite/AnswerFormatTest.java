package io.flanstream.jobs.suite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is taken for the answer. */
class AnswerFormatTest {
  @Test
  void aLetterIsWhatReasoningEndsWith() {
    assertLetter("Water boils at 100 °C. The answer is (B).", "B");
    assertLetter("the answer is: C", "C");
    assertLetter("The answer is (D) because none of the others is.", "D");
    assertLetter("Perhaps the answer is (A).\nNo, so the answer is (C).", "C");
    assertLetter("(B)", "B");
    assertLetter(" B. ", "B");
  }

  @Test
  void noLetterIsNoAnswer() {
    assertLetter("The answer is E.", null);
    assertLetter("The answer is A cat.", null);
    assertLetter("The answer is Because.", null);
    assertLetter("A is wrong, and so is B", null);
    assertLetter("", null);
  }

  @Test
  void aTextIsWhatReasoningEndsWithWithoutItsFullStop() {
    assertThat(AnswerFormat.REASONED_TEXT.read("True and not False. So the answer is True."))
        .contains("True");
    assertThat(AnswerFormat.REASONED_TEXT.read("So the answer is  ] )\n}.")).contains("] ) }");
    assertThat(AnswerFormat.REASONED_TEXT.read("So the answer is 3.5.")).contains("3.5");
    assertThat(AnswerFormat.REASONED_TEXT.read("So the answer is ")).isEmpty();
    assertThat(AnswerFormat.REASONED_TEXT.read("True")).isEmpty();
    assertThat(AnswerFormat.REASONED_TEXT.read("Nobody's answer isn't it")).isEmpty();
  }

  @Test
  void aTextByItselfIsTheAnswer() {
    assertThat(AnswerFormat.TEXT.read(" (A). ")).contains("(A)");
    assertThat(AnswerFormat.TEXT.read(" . ")).isEmpty();
  }

  private static void assertLetter(String said, String letter) {
    assertThat(AnswerFormat.REASONED_LETTER.read(said).orElse(null)).as(said).isEqualTo(letter);
  }
}
