package io.flanstream.model;

import io.flanstream.model.decode.TextNormalizer;
import io.flanstream.model.djl.DjlTokenizer;

/** A checkpoint's tokenizer, whose native part it owns. */
record NativeTextTokenizer(DjlTokenizer tokenizer, TextNormalizer normalizer)
    implements TextTokenizer, AutoCloseable {

  @Override
  public TokenizedText encode(String text) {
    return tokenizer.encode(text, TokenizedText::new);
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
