package io.flanstream.model.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.TestingTokenizer;
import io.flanstream.model.checkpoint.CheckpointTokenizer;
import io.flanstream.model.checkpoint.TestingTokenizers;
import io.flanstream.model.checkpoint.TokenizerFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class SpanGrammarLawsTest {
  private static final Pattern WORD =
      Pattern.compile("(?:(?=[\\p{L}\\p{M}])\\X)+|(?:(?=\\p{N})\\X)+|\\X");
  private static final List<Pieces> VOCABULARIES = vocabularies();

  /** A vocabulary with its normaliser. */
  record Pieces(String name, PieceTrie trie, TextNormalizer normalizer, AnswerForm form) {
    @Override
    public String toString() {
      return name;
    }
  }

  @Property
  void everySpanBetweenWordBoundariesIsWrittenAndReadBackExactly(
      @ForAll("pieces") Pieces pieces, @ForAll("texts") String text, @ForAll Random random) {
    List<int[]> words = words(text, pieces.normalizer);
    if (words.isEmpty()) {
      return;
    }
    int first = random.nextInt(words.size());
    int last = first + random.nextInt(words.size() - first);
    int start = words.get(first)[0];
    int begin = text.codePointAt(start);
    if (Characters.isWhiteSpace(begin) || begin == Characters.SPACE_MARK) {
      return; // A mark on a space: no span begins with white space.
    }
    int end = words.get(last)[1];
    Span span =
        new Span(
            text.substring(start, end), text.codePointCount(0, start), text.codePointCount(0, end));
    PieceTrie trie = pieces.trie;
    for (int[] value :
        List.of(
            PieceWriting.shortest(trie, pieces.normalizer, span.value()),
            PieceWriting.longest(trie, pieces.normalizer, span.value(), true),
            PieceWriting.longest(trie, pieces.normalizer, span.value(), false),
            fused(PieceWriting.longest(trie, pieces.normalizer, span.value(), true), trie))) {
      List<Span> occurrences = written(pieces, text, value);
      assertThat(occurrences).containsAll(span.visible().stream().toList());
      assertThat(occurrences).allSatisfy(found -> assertLiesBetweenBoundaries(found, text));
    }
  }

  @Property
  void allowedTokensAscendAndLeadToAnEnd(
      @ForAll("pieces") Pieces pieces, @ForAll("texts") String text, @ForAll Random random) {
    AnswerForm form =
        new AnswerForm(
            List.of(new int[] {5, 6}, new int[] {7}, new int[] {8, 9}), pieces.form.absent());
    AnswerForm many = AnswerForm.many(4, new int[] {7}, pieces.form.absent());
    for (AnswerForm tried : List.of(pieces.form, form, many)) {
      SourceText source = SourceText.of(text, pieces.normalizer);
      SpanGrammar state = SpanGrammar.of(source, pieces.trie, tried);
      int endId = pieces.trie.vocabulary().endId();
      List<Integer> tokens = new ArrayList<>();
      int longest = pieces.trie.vocabulary().hasBytes() ? 4 : 2;
      int most = tried.values() * (longest * source.length() + 12);
      while (tokens.isEmpty() || tokens.get(tokens.size() - 1) != endId) {
        int[] allowed = state.allowed();
        assertThat(allowed).isNotEmpty().isSorted().doesNotHaveDuplicates();
        int token = allowed[random.nextInt(allowed.length)];
        tokens.add(token);
        assertThat(tokens).hasSizeLessThanOrEqualTo(most);
        state = token == endId ? state : state.next(token);
      }
      int[] answer = tokens.stream().mapToInt(Integer::intValue).toArray();
      List<SpanAnswer> values =
          new SpanReader(source, pieces.trie, tried).read(answer, new double[answer.length]);
      if (tried.openEnded()) {
        assertThat(values).hasSizeBetween(1, tried.values());
        assertThat(values.stream().skip(1)).noneMatch(SpanAnswer::absent);
      } else {
        assertThat(values).hasSize(tried.values());
      }
    }
  }

  @Property
  void aTokenIsAllowedExactlyWhereTheStateFollowsIt(
      @ForAll("pieces") Pieces pieces, @ForAll("texts") String text, @ForAll Random random) {
    SpanGrammar state =
        SpanGrammar.of(SourceText.of(text, pieces.normalizer), pieces.trie, pieces.form);
    int[] allowed = state.allowed();
    for (int i = 0; i < 50; i++) {
      int token = random.nextInt(pieces.trie.vocabulary().size());
      boolean follows = follows(state, token);
      assertThat(follows).isEqualTo(Arrays.binarySearch(allowed, token) >= 0);
    }
  }

  @Provide
  Arbitrary<Pieces> pieces() {
    return Arbitraries.of(VOCABULARIES);
  }

  /** Words, digits, signs, emoji, marks, ligatures, white space and what normalises to nothing. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> parts =
        Arbitraries.of(
            "the",
            "table",
            "Anna's",
            "8pm",
            "12",
            "300$",
            "a",
            "b",
            " ",
            "  ",
            "\t",
            "\u00a0",
            "-",
            ".",
            "...",
            ";",
            " ; ",
            " : ",
            "unanswerable",
            "{",
            "}}",
            "😀",
            "👍🏽",
            "👩‍👩‍👧",
            "🇵🇱🇩🇪",
            "e\u0301",
            "\u0301",
            "x\u0323\u0302",
            "ﬁ",
            "ﬃx",
            "½",
            "İ",
            "ß",
            "Łódź",
            "日本",
            "ㄱㅏ",
            "각",
            "\u0007",
            "\u200b",
            "\u00ad",
            "´",
            "ﷺ",
            "☎",
            "™",
            "ｗ１",
            "▁",
            "\r\n",
            "𝒅");
    Arbitrary<String> any = Arbitraries.strings().withCharRange(' ', '\ud7ff').ofMaxLength(3);
    return Arbitraries.frequencyOf(Tuple.of(6, parts), Tuple.of(1, any))
        .list()
        .ofMaxSize(12)
        .map(list -> String.join("", list));
  }

  private static void assertLiesBetweenBoundaries(Span span, String text) {
    int start = text.offsetByCodePoints(0, span.start());
    int end = text.offsetByCodePoints(0, span.end());
    assertThat(span.value()).isEqualTo(text.substring(start, end));
    assertThat(WORD.matcher(text).results().map(MatchResult::start))
        .anyMatch(word -> word <= start && isInvisible(text.substring(word, start)));
    assertThat(WORD.matcher(text).results().map(MatchResult::end))
        .anyMatch(word -> end <= word && isInvisible(text.substring(end, word)));
  }

  private static boolean isInvisible(String text) {
    return text.codePoints().allMatch(Characters::isInvisible);
  }

  private static boolean follows(SpanGrammar state, int token) {
    try {
      return state.next(token) != null;
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("Cannot write token " + token);
      return false;
    }
  }

  /** Words of a text by the rule's own words, without those that a reader does not see. */
  private static List<int[]> words(String text, TextNormalizer normalizer) {
    List<int[]> words = new ArrayList<>();
    for (Matcher matcher = WORD.matcher(text); matcher.find(); ) {
      String seen = normalizer.normalize(matcher.group()).text().replace('\u2581', ' ');
      if (!seen.codePoints().allMatch(Characters::isWhiteSpace)) {
        words.add(new int[] {matcher.start(), matcher.end()});
      }
    }
    return words;
  }

  private static List<Span> written(Pieces pieces, String text, int[] value) {
    SourceText source = SourceText.of(text, pieces.normalizer);
    Constraint state = SpanGrammar.of(source, pieces.trie, pieces.form);
    for (int token : value) {
      assertThat(Arrays.binarySearch(state.allowed(), token)).isNotNegative();
      state = state.next(token);
    }
    int endId = pieces.trie.vocabulary().endId();
    assertThat(state.allowed()).contains(endId);
    int[] answer = Arrays.copyOf(value, value.length + 1);
    answer[value.length] = endId;
    return new SpanReader(source, pieces.trie, pieces.form)
        .read(answer, new double[answer.length])
        .get(0)
        .occurrences();
  }

  private static int[] fused(int[] tokens, PieceTrie trie) {
    int unknown = trie.vocabulary().unknownId();
    return IntStream.range(0, tokens.length)
        .filter(i -> i == 0 || tokens[i] != unknown || tokens[i - 1] != unknown)
        .map(i -> tokens[i])
        .toArray();
  }

  private static List<Pieces> vocabularies() {
    TestingTokenizer testing = new TestingTokenizer();
    List<Pieces> vocabularies = new ArrayList<>();
    // No text spells the absent answer, so that a span is always read as one.
    AnswerForm form = AnswerForm.single(new int[] {4, 4, 4, 5, 4, 4, 4});
    vocabularies.add(
        new Pieces("testing", PieceTrie.of(testing.vocabulary()), testing.normalizer(), form));
    for (Path directory : TestingTokenizers.directories()) {
      vocabularies.add(
          pieces(
              directory.getFileName().toString(),
              CheckpointTokenizer.open(directory).file(),
              form));
    }
    vocabularies.add(pieces("T5's own", TokenizerFile.read(PublicData.tokenizer()), form));
    return vocabularies;
  }

  private static Pieces pieces(String name, TokenizerFile file, AnswerForm form) {
    return new Pieces(
        name, PieceTrie.of(PublicData.vocabulary(file)), TestingTokenizers.normalizer(file), form);
  }
}
