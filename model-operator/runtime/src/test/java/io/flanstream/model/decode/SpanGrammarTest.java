package io.flanstream.model.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flanstream.model.TestingTokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpanGrammarTest {
  private static final TestingTokenizer TOKENIZER = new TestingTokenizer();
  private static final PieceTrie TRIE = PieceTrie.of(TOKENIZER.vocabulary());
  private static final int END = TOKENIZER.vocabulary().endId();
  private static final int UNKNOWN = TOKENIZER.vocabulary().unknownId();
  private static final int[] ABSENT = TOKENIZER.encode("unanswerable").ids();
  private static final AnswerForm SINGLE = AnswerForm.single(ABSENT);
  private static final AnswerForm MANY = AnswerForm.many(3, TOKENIZER.encode(";").ids(), ABSENT);
  private static final AnswerForm TWO =
      new AnswerForm(
          List.of(TOKENIZER.encode("who :").ids(), TOKENIZER.encode("; when :").ids()), ABSENT);

  @Test
  void theFirstTokensAreThoseOfAllWordsAndOfAbsence() {
    assertThat(pieces(start("(Table) 8pm", SINGLE)))
        .containsExactlyInAnyOrder("▁", "▁unanswerable", "(", "t", "▁table", ")", "8", "p", "pm");
  }

  @Test
  void aSpanEndsAtAWordBoundaryOnly() {
    SpanGrammar state = start("the table", SINGLE);
    assertThat(pieces(state)).doesNotContain("</s>");
    assertThat(pieces(next(state, "▁"))).containsExactlyInAnyOrder("t", "th");
    assertThat(pieces(next(state, "▁the"))).containsExactlyInAnyOrder("▁", "▁table", "</s>");
    assertThat(pieces(next(state, "▁the", "▁"))).containsExactlyInAnyOrder("t");
    assertThat(pieces(next(state, "t"))).containsExactlyInAnyOrder("h", "a", "able");
    assertThat(pieces(next(state, "t", "able"))).containsExactly("</s>");
  }

  @Test
  void unknownTokensStepOverCharactersThatNoPieceIs() {
    SpanGrammar state = start("{😀}a b", SINGLE);
    assertThat(pieces(state)).contains("<unk>");
    assertThat(pieces(next(state, "<unk>"))).containsExactlyInAnyOrder("<unk>", "a", "</s>");
    assertThat(spans("{😀}a b", "<unk>"))
        .containsExactly(
            new Span("{😀}", 0, 3),
            new Span("{😀", 0, 2),
            new Span("{", 0, 1),
            new Span("😀}", 1, 3),
            new Span("😀", 1, 2),
            new Span("}", 2, 3));
    assertThat(spans("{😀}a b", "▁", "<unk>", "a")).first().isEqualTo(new Span("{😀}a", 0, 4));
  }

  /** What one character of the original became is written whole or not at all. */
  @Test
  void aSpanHoldsWholeOriginalCharacters() {
    SpanGrammar state = start("\u00bd 2", SINGLE); // The half is 1, a fraction slash and 2.
    assertThat(pieces(state)).containsExactlyInAnyOrder("▁", "▁unanswerable", "▁1", "1", "2");
    assertThat(pieces(next(state, "1"))).containsExactly("<unk>");
    assertThat(pieces(next(state, "1", "<unk>"))).containsExactly("2");
    assertThat(spans("\u00bd 2", "▁1", "<unk>", "2")).containsExactly(new Span("\u00bd", 0, 1));
    assertThat(spans("\u00bd 2", "2")).containsExactly(new Span("2", 2, 3));
  }

  @Test
  void namesOfSpecialTokensInATextAreTextLikeAnyOther() {
    assertThat(pieces(start("</s> <pad>", SINGLE)))
        .contains("<", "/")
        .doesNotContain("</s>", "<pad>");
    assertThat(spans("</s> <pad>", "<", "/", "s", ">")).containsExactly(new Span("</s>", 0, 4));
  }

  @Test
  void allOccurrencesAreGivenInOrder() {
    assertThat(spans("A table, a TABLE", "▁table"))
        .containsExactly(new Span("table", 2, 7), new Span("TABLE", 11, 16));
  }

  @Test
  void anEmptyTextHasNothingButAbsence() {
    for (String text : List.of("", " \u00a0\t")) {
      SpanGrammar state = start(text, SINGLE);
      assertThat(pieces(state)).containsExactly("▁unanswerable");
      assertThat(pieces(next(state, "▁unanswerable"))).containsExactly("</s>");
    }
  }

  @Test
  void aTokenThatIsNotAllowedIsRefused() {
    assertThatThrownBy(() -> start("a table", SINGLE).next(END))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot write token 1: it must be one of the 6 allowed here");
  }

  @Test
  void severalFieldsAreForcedInOrder() {
    SpanGrammar state = start("the table at 8pm", TWO);
    int[] answer = TOKENIZER.ended("who : table ; when : unanswerable");
    for (int token : Arrays.copyOf(answer, answer.length - 1)) {
      assertThat(state.allowed()).contains(token);
      state = state.next(token);
    }
    assertThat(state.allowed()).containsExactly(END);
    List<SpanAnswer> values = read("the table at 8pm", TWO, answer);
    assertThat(values.get(0).span()).contains(new Span("table", 4, 9));
    assertThat(values.get(1).absent()).isTrue();
  }

  @Test
  void anyNumberOfValuesUpToTheBoundEndsAnOpenAnswer() {
    String text = "the table at 8pm or the chair";
    SpanGrammar one = next(start(text, MANY), "▁table");
    assertThat(pieces(one)).contains("</s>", "▁;").doesNotContain("▁unanswerable");
    assertThat(pieces(next(one, "▁;"))).doesNotContain("▁unanswerable", "</s>");
    assertThat(pieces(next(one, "▁;", "▁", "8", "pm", "▁;", "▁the"))).doesNotContain("▁;");
    assertThat(pieces(next(start(text, MANY), "▁unanswerable"))).containsExactly("</s>");

    assertThat(read(text, MANY, TOKENIZER.ended("8pm ; table")))
        .extracting(value -> value.span().orElseThrow())
        .containsExactly(new Span("8pm", 13, 16), new Span("table", 4, 9));
    assertThat(read(text, MANY, TOKENIZER.ended("table"))).hasSize(1);
    assertThat(read(text, MANY, TOKENIZER.ended("unanswerable")).get(0).absent()).isTrue();
    assertThatThrownBy(() -> read(text, MANY, TOKENIZER.ended("table ; unanswerable")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> read(text, MANY, TOKENIZER.ended("the ; the ; table ; 8pm")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theProbabilityIsThatOfTheValueWithItsEnd() {
    int[] answer = TOKENIZER.ended("who : table ; when : 8pm");
    double[] logprobs = new double[answer.length];
    int separator = TOKENIZER.encode("who : table").length();
    logprobs[separator - 1] = Math.log(0.5);
    logprobs[separator] = Math.log(0.8);
    logprobs[answer.length - 2] = Math.log(0.9);
    logprobs[answer.length - 1] = Math.log(0.7);
    List<SpanAnswer> values = reader("table 8pm", TWO).read(answer, logprobs);
    assertThat(values.get(0).probability()).isCloseTo(0.4, within(1e-12));
    assertThat(values.get(1).probability()).isCloseTo(0.63, within(1e-12));
  }

  @Test
  void aSeparatorInTheTextIsReadAsTheEndOfAValueWhereItCanBe() {
    String text = "a ; when : b ; c";
    List<SpanAnswer> ended = read(text, TWO, TOKENIZER.ended("who : a ; when : b ; c"));
    assertThat(ended.get(0).span()).contains(new Span("a", 0, 1));
    assertThat(ended.get(1).span()).contains(new Span("b ; c", 11, 16));
    List<SpanAnswer> inside = read(text, TWO, TOKENIZER.ended("who : b ; c ; when : a"));
    assertThat(inside.get(0).span()).contains(new Span("b ; c", 11, 16));
    assertThat(inside.get(1).span()).contains(new Span("a", 0, 1));
    List<SpanAnswer> later =
        read(text, TWO, TOKENIZER.ended("who : a ; when : b ; c ; when : unanswerable"));
    assertThat(later.get(0).span()).contains(new Span("a ; when : b ; c", 0, 16));
    assertThat(later.get(1).absent()).isTrue();
  }

  @Test
  void theWordOfAbsenceIsReadAsAbsence() {
    String text = "it is unanswerable";
    assertThat(read(text, SINGLE, TOKENIZER.ended("unanswerable")).get(0).absent()).isTrue();
    assertThat(read(text, SINGLE, TOKENIZER.ended("is unanswerable")).get(0).span())
        .contains(new Span("is unanswerable", 3, 18));
  }

  @Test
  void tokensThatAreNoAnswerAreRefused() {
    for (int[] answer :
        List.of(
            new int[0],
            TOKENIZER.encode("table").ids(),
            TOKENIZER.ended("tab"),
            TOKENIZER.ended("chair"),
            new int[] {UNKNOWN, END},
            new int[] {END})) {
      assertThatThrownBy(() -> read("a table", SINGLE, answer))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Cannot read answer: its tokens must be 1 spans of the text or their absence, got "
                  + Arrays.toString(answer));
    }
  }

  @Test
  void startsAreEqualWhereTheSameMayBeWritten() {
    SpanGrammar start = start("a table", SINGLE);
    assertThat(start)
        .isEqualTo(start("a table", SINGLE))
        .hasSameHashCodeAs(start("a table", SINGLE));
    assertThat(start).isNotEqualTo(start("a  table", SINGLE)).isNotEqualTo(start("a table", TWO));
    assertThat(next(start, "▁table")).isNotEqualTo(next(start, "▁table")).isNotEqualTo(start);
  }

  @Test
  void aFormNeedsTokensBetweenValues() {
    assertThatThrownBy(() -> new AnswerForm(List.of(new int[0], new int[0]), ABSENT))
        .hasMessage(
            "Cannot read answers: tokens must set value 1 apart from the one before, got none");
    assertThatThrownBy(() -> AnswerForm.single(new int[0]))
        .hasMessage(
            "Cannot read answers: there must be a value and tokens for its absence, got 1 and 0");
  }

  private static SpanGrammar start(String text, AnswerForm form) {
    return SpanGrammar.of(SourceText.of(text, TOKENIZER.normalizer()), TRIE, form);
  }

  private static SpanGrammar next(SpanGrammar start, String... pieces) {
    SpanGrammar state = start;
    for (int token : tokens(pieces)) {
      state = state.next(token);
    }
    return state;
  }

  private static List<Span> spans(String text, String... pieces) {
    int[] tokens = tokens(pieces);
    int[] answer = Arrays.copyOf(tokens, tokens.length + 1);
    answer[tokens.length] = END;
    return read(text, SINGLE, answer).get(0).occurrences();
  }

  private static List<SpanAnswer> read(String text, AnswerForm form, int[] answer) {
    return reader(text, form).read(answer, new double[answer.length]);
  }

  private static SpanReader reader(String text, AnswerForm form) {
    return new SpanReader(SourceText.of(text, TOKENIZER.normalizer()), TRIE, form);
  }

  private static List<String> pieces(SpanGrammar state) {
    return Arrays.stream(state.allowed()).mapToObj(TOKENIZER.vocabulary()::piece).toList();
  }

  private static int[] tokens(String... pieces) {
    Vocabulary vocabulary = TOKENIZER.vocabulary();
    return Arrays.stream(pieces)
        .mapToInt(
            piece ->
                IntStream.range(0, vocabulary.size())
                    .filter(id -> vocabulary.piece(id).equals(piece))
                    .findFirst()
                    .orElseThrow())
        .toArray();
  }
}
