package io.flanstream.model;

/**
 * Tokens of a text and where each came from.
 *
 * @param ids token ids, {@code [length]}
 * @param starts offset of each token's first character in the text, in Unicode code points
 * @param ends offset after each token's last character, in Unicode code points
 */
@SuppressWarnings("ArrayRecordComponent")
public record TokenizedText(int[] ids, int[] starts, int[] ends) {

  /** {@return the number of tokens} */
  public int length() {
    return ids.length;
  }
}
