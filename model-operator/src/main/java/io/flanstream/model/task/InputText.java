package io.flanstream.model.task;

import io.flanstream.model.TextTokenizer;
import java.util.Arrays;

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

  /** The text up to the end of one of its first tokens. */
  String first(int tokens) {
    if (tokens == ids.length) {
      return text;
    }
    if (ends == null) {
      ends = tokenizer.encode(text).ends();
    }
    return tokens == 0 ? "" : text.substring(0, text.offsetByCodePoints(0, ends[tokens - 1]));
  }
}
