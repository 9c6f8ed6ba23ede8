package io.flanstream.model;

import io.flanstream.model.decode.TextNormalizer;
import io.flanstream.model.djl.DjlTokenizer;
import java.util.function.Function;

/** A checkpoint's tokenizer, whose native part it owns. */
final class NativeTextTokenizer implements TextTokenizer, AutoCloseable {
  private final DjlTokenizer tokenizer;
  private final TextNormalizer normalizer;
  private final WordIds words;

  /**
   * Takes a tokenizer.
   *
   * @param tokenizer the native part, owned from now on
   * @param normalizer what it does to a text first
   * @param wordsApart whether it takes each word by itself
   */
  NativeTextTokenizer(DjlTokenizer tokenizer, TextNormalizer normalizer, boolean wordsApart) {
    this.tokenizer = tokenizer;
    this.normalizer = normalizer;
    Function<String, int[]> whole = text -> encode(text).ids();
    this.words = wordsApart && WordIds.suits(whole) ? new WordIds(whole) : null;
  }

  @Override
  public TokenizedText encode(String text) {
    return tokenizer.encode(text, TokenizedText::new);
  }

  @Override
  public int[] ids(String text) {
    return words == null ? encode(text).ids() : words.of(text);
  }

  @Override
  public TextNormalizer normalizer() {
    return normalizer;
  }

  @Override
  public String decode(int[] ids) {
    return tokenizer.decode(ids);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
