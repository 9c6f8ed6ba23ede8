package io.flanstream.model.decode;

import java.text.Normalizer;

/** One of Unicode's normalisation forms (Unicode Annex 15). */
final class UnicodeForm implements NormalizerStep {
  private static final int FIRST_COMBINING = 0x300;

  private final Normalizer.Form form;

  UnicodeForm(Normalizer.Form form) {
    this.form = form;
  }

  @Override
  public NormalizedText apply(NormalizedText text) {
    if (text.isAscii()) {
      return text;
    }
    NormalizedText.Builder result = new NormalizedText.Builder(text.length());
    int start = 0;
    int end = 0;
    for (int next : GraphemeClusters.ends(text.chars())) {
      if (end > start && !joins(text, start, end, next)) {
        normalize(text, start, end, result);
        start = end;
      }
      end = next;
    }
    if (end > start) {
      normalize(text, start, end, result);
    }
    return result.build();
  }

  /** Whether the characters from {@code middle} change together with those before, as jamo do. */
  private boolean joins(NormalizedText text, int start, int middle, int end) {
    if (text.chars()[middle] < FIRST_COMBINING) {
      return false;
    }
    String apart = normalized(text, start, middle) + normalized(text, middle, end);
    return !apart.equals(normalized(text, start, end));
  }

  private void normalize(NormalizedText text, int start, int end, NormalizedText.Builder result) {
    if (end - start == 1 && text.chars()[start] < 0x80) {
      result.copy(text, start, end);
      return;
    }
    String before = text.text(start, end);
    String after = Normalizer.normalize(before, form);
    if (before.equals(after) && end - start == 1) {
      result.copy(text, start, end);
    } else {
      result.replace(text, start, end, after);
    }
  }

  private String normalized(NormalizedText text, int start, int end) {
    return Normalizer.normalize(text.text(start, end), form);
  }
}
