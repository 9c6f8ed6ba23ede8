package io.flanstream.model.task;

import io.flanstream.model.TextTokenizer;
import io.flanstream.model.TokenizedText;
import java.util.Arrays;
import java.util.BitSet;

/** A text and its tokens. Used by one thread. */
final class InputText {
  private final String text;
  private final TextTokenizer tokenizer;
  private final int[] ids;
  private int[] ends;

  InputText(String text, TextTokenizer tokenizer) {
    this.text = text;
    this.tokenizer = tokenizer;
    this.ids = tokenizer.ids(text);
  }

  /** Number of tokens. */
  int tokens() {
    return ids.length;
  }

  /** How many of the tokens have an id. */
  int count(int id) {
    return (int) Arrays.stream(ids).filter(other -> other == id).count();
  }

  /** The share of the text's characters, blanks aside, that lie in tokens with an id; 0 to 1. */
  double share(int id) {
    if (count(id) == 0) {
      return 0;
    }
    int[] points = text.codePoints().toArray();
    TokenizedText tokens = tokenizer.encode(text);
    BitSet within = new BitSet(points.length);
    for (int i = 0; i < tokens.length(); i++) {
      if (tokens.ids()[i] == id) {
        within.set(tokens.starts()[i], tokens.ends()[i]);
      }
    }
    BitSet visible = new BitSet(points.length);
    for (int i = 0; i < points.length; i++) {
      visible.set(i, !Character.isWhitespace(points[i]) && !Character.isSpaceChar(points[i]));
    }
    within.and(visible);
    return visible.isEmpty() ? 0 : (double) within.cardinality() / visible.cardinality();
  }

  /** The text up to the end of one of its first tokens. */
  String first(int tokens) {
    return between(0, tokens);
  }

  /**
   * The text from the end of the token before {@code from} to the end of that before {@code to}.
   */
  String between(int from, int to) {
    if (from == 0 && to == ids.length) {
      return text;
    }
    int start = text.offsetByCodePoints(0, start(from));
    return text.substring(start, text.offsetByCodePoints(start, end(to) - start(from)));
  }

  /** The same as a text of its own. */
  InputText slice(int from, int to) {
    return from == 0 && to == ids.length ? this : new InputText(between(from, to), tokenizer);
  }

  /** Where the text from a token on begins, in code points. */
  int start(int token) {
    return end(token);
  }

  /**
   * The last token not after another with which a word begins.
   *
   * @param token the other
   * @param least the least that it may be
   * @return a token; the other where no word begins between the two
   */
  int wordStart(int token, int least) {
    for (int i = token; i > least; i--) {
      int at = text.offsetByCodePoints(0, start(i));
      if (at == text.length()
          || Character.isWhitespace(text.codePointAt(at))
          || Character.isWhitespace(text.codePointBefore(at))) {
        return i;
      }
    }
    return token;
  }

  private int end(int tokens) {
    if (tokens == 0) {
      return 0;
    }
    if (ends == null) {
      ends = tokenizer.encode(text).ends();
    }
    return tokens == ids.length ? text.codePointCount(0, text.length()) : ends[tokens - 1];
  }
}
