package io.flanstream.model;

import io.flanstream.model.decode.TextNormalizer;

/**
 * Text to tokens, as the checkpoint's {@code tokenizer.json} or {@code spiece.model} says, or byte
 * by byte for ByT5.
 *
 * <p>Thread-safe.
 */
public interface TextTokenizer {

  /**
   * Tokens of a text, without any special token and without truncation.
   *
   * @param text any text
   * @return its tokens with their places
   */
  TokenizedText encode(String text);

  /**
   * Token ids of a text: those of {@link #encode}, cheaper where their places are not asked for.
   *
   * @param text any text
   * @return token ids, {@code [length]}; the caller may change the array
   */
  default int[] ids(String text) {
    return encode(text).ids();
  }

  /** {@return what is done to a text before it is cut into pieces} */
  TextNormalizer normalizer();

  /**
   * Text of a token sequence, special tokens left out.
   *
   * @param ids token ids
   * @return the text
   */
  String decode(int[] ids);
}
