package io.flanstream.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.decode.NormalizedText;
import io.flanstream.model.decode.TextNormalizer;
import io.flanstream.model.decode.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Cuts the words of a lower-case NFKC text into the longest pieces of a small vocabulary: ASCII
 * characters but braces, and some words.
 */
public final class TestingTokenizer implements TextTokenizer {
  private static final String NORMALIZER =
      """
      {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Lowercase"}]}""";
  private static final List<String> WORDS =
      List.of(
          "▁unanswerable",
          "▁;",
          "▁:",
          "▁yes",
          "▁no",
          "▁the",
          "▁table",
          "able",
          "an",
          "▁an",
          "ing",
          "th",
          "er",
          "▁fi",
          "fi",
          "▁1",
          "▁12",
          "pm",
          "▁a");

  private final Vocabulary vocabulary;
  private final TextNormalizer normalizer;
  private final Map<String, Integer> ids = new HashMap<>();

  /** A tokenizer of about a hundred pieces. */
  public TestingTokenizer() {
    List<String> pieces = new ArrayList<>(List.of("<pad>", "</s>", "<unk>", "▁"));
    for (char c = '!'; c < '~'; c++) {
      if ("{}ABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(c) < 0) {
        pieces.add(String.valueOf(c));
      }
    }
    pieces.addAll(WORDS);
    for (int id = 3; id < pieces.size(); id++) {
      ids.put(pieces.get(id), id);
    }
    vocabulary = new Vocabulary(pieces, Set.of(0, 1, 2), 0, 1, 2);
    try {
      normalizer = TextNormalizer.parse(new ObjectMapper().readTree(NORMALIZER));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The pieces. */
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public TextNormalizer normalizer() {
    return normalizer;
  }

  @Override
  public TokenizedText encode(String text) {
    NormalizedText normalized = normalizer.normalize(text);
    List<int[]> tokens = new ArrayList<>();
    int end = 0;
    for (int at = 0; at < normalized.length(); at = end) {
      end = at + 1;
      if (!isSpace(normalized, at)) {
        while (end < normalized.length() && !isSpace(normalized, end)) {
          end++;
        }
        cut(normalized, at, end, tokens);
      }
    }
    return new TokenizedText(column(tokens, 0), column(tokens, 1), column(tokens, 2));
  }

  private void cut(NormalizedText text, int from, int to, List<int[]> tokens) {
    String mark = "▁";
    for (int at = from; at < to; ) {
      int end = to;
      while (end > at && !ids.containsKey(mark + part(text, at, end))) {
        end--;
      }
      int id = vocabulary.unknownId();
      if (end > at || !mark.isEmpty()) {
        id = ids.get(mark + part(text, at, end));
      } else {
        end = at + 1;
      }
      int last = Math.max(end, at + (mark.isEmpty() ? 1 : 0));
      int[] before = tokens.isEmpty() ? new int[3] : tokens.get(tokens.size() - 1);
      if (id == vocabulary.unknownId() && before[0] == id && at > from) {
        before[2] = text.ends()[last - 1];
      } else {
        int start = text.starts()[at];
        tokens.add(new int[] {id, start, last > at ? text.ends()[last - 1] : start});
      }
      mark = "";
      at = last;
    }
  }

  @Override
  public String decode(int[] tokens) {
    return vocabulary.text(tokens);
  }

  private static String part(NormalizedText text, int from, int to) {
    return new String(text.chars(), from, to - from);
  }

  private static boolean isSpace(NormalizedText text, int at) {
    int c = text.chars()[at];
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private static int[] column(List<int[]> rows, int column) {
    return rows.stream().mapToInt(row -> row[column]).toArray();
  }

  /** Ids of a text's tokens, the end token last. */
  public int[] ended(String text) {
    int[] tokens = encode(text).ids();
    int[] ended = Arrays.copyOf(tokens, tokens.length + 1);
    ended[tokens.length] = vocabulary.endId();
    return ended;
  }
}
