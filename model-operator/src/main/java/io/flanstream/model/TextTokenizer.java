package io.flanstream.model;

/**
 * Text to tokens, as the checkpoint's {@code tokenizer.json} says.
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
   * Text of a token sequence, special tokens left out.
   *
   * @param ids token ids
   * @return the text
   */
  String decode(int[] ids);
}
