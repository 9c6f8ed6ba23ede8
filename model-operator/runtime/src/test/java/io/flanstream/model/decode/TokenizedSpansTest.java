package io.flanstream.model.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.checkpoint.CheckpointTokenizer;
import io.flanstream.model.checkpoint.SentencePieceTokenizer;
import io.flanstream.model.checkpoint.TestingTokenizers;
import io.flanstream.model.checkpoint.TokenizerFile;
import io.flanstream.model.djl.DjlTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a tokenizer makes of a span by itself is a way of writing it. */
class TokenizedSpansTest {
  private static final Pattern MARKED_SPACE = Pattern.compile("(?U)\\s\\p{M}");
  private static final Pattern ONE_SPACE_APART = Pattern.compile("(?U)\\S+( \\S+)*");

  static List<Path> tokenizers() {
    return TestingTokenizers.directories().stream()
        .filter(directory -> Files.exists(directory.resolve("spiece.model")))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void aSpansOwnTokensAreReadBackAsTheSpan(Path directory) throws IOException {
    TokenizerFile file = CheckpointTokenizer.open(directory).file();
    TextNormalizer normalizer = TestingTokenizers.normalizer(file);
    PieceTrie trie = PieceTrie.of(file.vocabulary(file.pieces().size()));
    AnswerForm form = AnswerForm.single(new int[] {4, 4, 4, 5, 4, 4, 4});
    boolean keepsSpaces = directory.getFileName().toString().endsWith("spaces");
    Random random = new Random(17);
    int tried = 0;
    try (DjlTokenizer tokenizer = DjlTokenizer.open(SentencePieceTokenizer.json(directory))) {
      for (String text : TestingTokenizers.texts()) {
        SourceText source = SourceText.of(text, normalizer);
        Span span = span(source, random);
        if (span == null || !isOrdinary(span.value(), normalizer, keepsSpaces)) {
          continue;
        }
        int[] value = tokenizer.encode(span.value(), (ids, starts, ends) -> ids);
        if (Arrays.stream(value)
            .anyMatch(id -> id != file.unknownId() && file.specialIds().contains(id))) {
          continue;
        }
        tried++;
        int[] answer = Arrays.copyOf(value, value.length + 1);
        answer[value.length] = file.endId();
        List<SpanAnswer> answers =
            new SpanReader(source, trie, form).read(answer, new double[answer.length]);
        List<Span> occurrences = answers.get(0).occurrences();
        if (occurrences.size() < 100) {
          assertThat(occurrences).as(text).containsAll(span.visible().stream().toList());
        }
        Constraint state = SpanGrammar.of(source, trie, form);
        for (int token : answer) {
          assertThat(Arrays.binarySearch(state.allowed(), token)).as(text).isNotNegative();
          state = token == file.endId() ? state : state.next(token);
        }
      }
    }
    assertThat(tried).isGreaterThan(1000);
  }

  /**
   * Leaves out the names of the unknown token and of bytes, U+2581, which is a space, and marks on
   * white space; where the tokenizer keeps white space, also all that is not one space between two
   * words.
   */
  private static boolean isOrdinary(String value, TextNormalizer normalizer, boolean keepsSpaces) {
    String normalized = normalizer.normalize(value).text().replace('\u2581', ' ');
    return !value.contains("\u2581")
        && !value.contains("<unk>")
        && !value.contains("<0x")
        && !MARKED_SPACE.matcher(value).find()
        && (!keepsSpaces || ONE_SPACE_APART.matcher(normalized).matches());
  }

  private static Span span(SourceText source, Random random) {
    int[] begins = IntStream.range(0, source.length()).filter(source::beginsAt).toArray();
    if (begins.length == 0) {
      return null;
    }
    int begin = begins[random.nextInt(begins.length)];
    int[] ends =
        IntStream.rangeClosed(begin + 1, source.length())
            .filter(source::endsAt)
            .limit(12)
            .toArray();
    return ends.length == 0 ? null : source.span(begin, ends[random.nextInt(ends.length)]);
  }
}
