package io.flanstream.model.decode;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.flanstream.model.checkpoint.TokenizerFile;
import io.flanstream.model.decode.PublicData.Gold;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The law: every gold span of people's texts can be written with T5's pieces, and read back. */
class GoldSpansTest {
  private static TextNormalizer normalizer;
  private static PieceTrie trie;
  private static AnswerForm form;
  private static HuggingFaceTokenizer tokenizer;
  private static final Map<String, int[]> TOKENS = new HashMap<>();

  @BeforeAll
  static void readTokenizer() throws IOException {
    TokenizerFile file = TokenizerFile.read(PublicData.tokenizer());
    normalizer = TextNormalizer.parse(file.normalizer());
    trie = PieceTrie.of(PublicData.vocabulary(file));
    tokenizer = HuggingFaceTokenizer.newInstance(PublicData.tokenizer());
    form = AnswerForm.single(tokens("unanswerable"));
  }

  /** Nine gold values carry a space at an end, which no tokenizer of the family can write. */
  @ParameterizedTest
  @CsvSource({"demo, 210, 0", "snips, 35732, 5", "nlupp, 1605, 0", "restaurant8k, 7431, 4"})
  void everyGoldSpanIsWrittenAsTokenizedAndReadBack(String set, int spans, int spaced) {
    List<Gold> golds = PublicData.spans(set);
    assertThat(golds).hasSize(spans);
    assertThat(golds.stream().filter(gold -> !gold.value().equals(gold.value().strip())))
        .hasSize(spaced);
    List<String> lost = new ArrayList<>();
    for (Gold gold : golds) {
      Span expected = trimmed(gold);
      if (!written(gold.text(), tokens(gold.value())).contains(expected.visible().orElseThrow())) {
        lost.add(expected + " of " + gold.text());
      }
    }
    assertThat(lost).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"demo", "snips", "nlupp", "restaurant8k"})
  void everyGoldSpanIsWrittenCharacterByCharacterAndReadBack(String set) {
    List<String> lost = new ArrayList<>();
    for (Gold gold : PublicData.spans(set)) {
      Span expected = trimmed(gold);
      if (!written(gold.text(), PieceWriting.shortest(trie, normalizer, expected.value()))
          .contains(expected.visible().orElseThrow())) {
        lost.add(expected + " of " + gold.text());
      }
    }
    assertThat(lost).isEmpty();
  }

  /** All fields at once: each field's first value, and one field that no text has. */
  @ParameterizedTest
  @CsvSource({"demo", "nlupp", "restaurant8k"})
  void allGoldSpansOfATextAreWrittenAtOnceAndReadBack(String set) {
    Map<String, Map<String, Gold>> texts = new LinkedHashMap<>();
    PublicData.spans(set).stream()
        .sorted(Comparator.comparingInt(Gold::start))
        .forEach(
            gold ->
                texts
                    .computeIfAbsent(gold.text(), text -> new LinkedHashMap<>())
                    .putIfAbsent(gold.field().replace('_', ' '), gold));
    texts.forEach(
        (text, golds) -> {
          List<int[]> leads = new ArrayList<>();
          leads.add(tokens("nothing :"));
          golds.keySet().forEach(field -> leads.add(tokens("; " + field + " :")));
          StringBuilder answer = new StringBuilder("nothing : unanswerable");
          golds.forEach(
              (field, gold) ->
                  answer.append(" ; ").append(field).append(" : ").append(gold.value()));
          List<List<Span>> written =
              written(text, tokens(answer.toString()), new AnswerForm(leads, form.absent()));
          assertThat(written).as(answer.toString()).hasSize(golds.size() + 1);
          assertThat(written.get(0)).isEmpty();
          int value = 1;
          for (Gold gold : golds.values()) {
            assertThat(written.get(value++)).contains(trimmed(gold).visible().orElseThrow());
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"demo", "nlupp"})
  void everyTextItselfIsASpan(String set) {
    for (String text : PublicData.texts(set)) {
      String value = text.strip();
      int start = text.indexOf(value);
      Span whole = new Span(value, start, start + value.codePointCount(0, value.length()));
      assertThat(written(text, tokens(text))).contains(whole);
    }
  }

  /** Occurrences of the value that some tokens write; empty where the grammar refuses one. */
  private static List<Span> written(String text, int[] value) {
    List<List<Span>> values = written(text, value, form);
    return values.isEmpty() ? List.of() : values.get(0);
  }

  private static List<List<Span>> written(String text, int[] value, AnswerForm form) {
    SourceText source = SourceText.of(text, normalizer);
    Constraint state = SpanGrammar.of(source, trie, form);
    for (int token : value) {
      if (Arrays.binarySearch(state.allowed(), token) < 0) {
        return List.of();
      }
      state = state.next(token);
    }
    int end = trie.vocabulary().endId();
    if (Arrays.binarySearch(state.allowed(), end) < 0) {
      return List.of();
    }
    int[] answer = Arrays.copyOf(value, value.length + 1);
    answer[value.length] = end;
    return new SpanReader(source, trie, form)
        .read(answer, new double[answer.length]).stream().map(SpanAnswer::occurrences).toList();
  }

  private static Span trimmed(Gold gold) {
    int leading = gold.value().length() - gold.value().stripLeading().length();
    int trailing = gold.value().length() - gold.value().stripTrailing().length();
    return new Span(gold.value().strip(), gold.start() + leading, gold.end() - trailing);
  }

  private static int[] tokens(String value) {
    return TOKENS.computeIfAbsent(
        value,
        v ->
            Arrays.stream(tokenizer.encode(v, false, false).getIds())
                .mapToInt(Math::toIntExact)
                .toArray());
  }
}
