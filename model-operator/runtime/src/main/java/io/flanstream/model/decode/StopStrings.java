package io.flanstream.model.decode;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Strings at which an answer ends, as Hugging Face's {@code StopStringCriteria} defines it
 * (transformers, generation/stopping_criteria.py): at the first token that completes one of them,
 * which may go on beyond it. They stay in the answer.
 *
 * <p>They are looked for in the tokens' pieces, where a word has its space before it, also the
 * first one. Immutable and thread-safe.
 *
 * @param strings the strings, none of them empty
 * @param vocabulary pieces of the tokens
 */
public record StopStrings(List<String> strings, Vocabulary vocabulary) {

  /** Copies the list. */
  public StopStrings {
    strings = List.copyOf(strings);
  }

  /**
   * Whether the last token completes one.
   *
   * @param decoderIds what the decoder has, the start token first
   */
  public boolean endAt(int[] decoderIds) {
    return strings.stream().anyMatch(stop -> endsAt(decoderIds, stop));
  }

  private boolean endsAt(int[] decoderIds, String string) {
    String stop = vocabulary.hasBytes() ? bytes(string) : string;
    StringBuilder text = new StringBuilder();
    int last = decoderIds.length - 1;
    int before = stop.length() - 1;
    String piece = text(decoderIds[last]);
    for (int i = last - 1; i >= 0 && text.length() < before; i--) {
      text.insert(0, text(decoderIds[i]));
    }
    int from = Math.max(0, text.length() - before);
    return text.append(piece).indexOf(stop, from) >= 0;
  }

  private String text(int id) {
    if (vocabulary.byteOf(id) >= 0) {
      return String.valueOf((char) vocabulary.byteOf(id));
    }
    String piece = vocabulary.piece(id).replace((char) Characters.SPACE_MARK, ' ');
    return vocabulary.hasBytes() ? bytes(piece) : piece;
  }

  /** A text's bytes in UTF-8, each as a character. */
  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
