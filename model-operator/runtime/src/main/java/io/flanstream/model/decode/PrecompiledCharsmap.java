package io.flanstream.model.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * SentencePiece's precompiled normalisation: a double-array trie over UTF-8 bytes and the texts
 * that its keys turn into.
 *
 * <p>Replaces as Hugging Face's {@code spm_precompiled} does, by grapheme clusters: a cluster of
 * less than six bytes is looked up whole and replaced if any prefix of it is a key, by what the
 * shortest of these turns into; any other cluster is replaced character by character. This differs
 * from SentencePiece itself, which takes the longest match, but it is what the published
 * checkpoints' {@code tokenizer.json} files do.
 */
final class PrecompiledCharsmap implements NormalizerStep {
  private static final int WHOLE_CLUSTER_BYTES = 6;

  private static final int ASCII = 0x80;

  private final int[] units;
  private final byte[] replacements;

  /** The ASCII characters that stay as they are wherever they stand, {@code [128]}. */
  private final boolean[] kept = new boolean[ASCII];

  private PrecompiledCharsmap(int[] units, byte[] replacements) {
    this.units = units;
    this.replacements = replacements;
    for (int c = 0; c < ASCII; c++) {
      // A carriage return is one cluster with the line feed after it.
      kept[c] = c != '\r' && lookUp(new byte[] {(byte) c}) == null;
    }
  }

  /**
   * Reads a charsmap.
   *
   * @param base64 size of the trie in bytes (32 bits, little endian), the trie's units, and the
   *     replacements, each ended with a zero byte
   * @throws IllegalArgumentException if it is not that
   */
  static PrecompiledCharsmap parse(String base64) {
    byte[] bytes = Base64.getDecoder().decode(base64);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int trieBytes = bytes.length < Integer.BYTES ? -1 : buffer.getInt();
    if (trieBytes <= 0 || trieBytes % Integer.BYTES != 0 || trieBytes > buffer.remaining()) {
      throw new IllegalArgumentException(
          "Cannot read tokenizer: the trie of precompiled_charsmap must be whole 32-bit units within its %s bytes, got %s bytes"
              .formatted(bytes.length, trieBytes));
    }
    int[] units = new int[trieBytes / Integer.BYTES];
    buffer.asIntBuffer().get(units);
    buffer.position(buffer.position() + trieBytes);
    byte[] replacements = new byte[buffer.remaining()];
    buffer.get(replacements);
    return new PrecompiledCharsmap(units, replacements);
  }

  @Override
  public NormalizedText apply(NormalizedText text) {
    if (keeps(text.chars())) {
      return text;
    }
    NormalizedText.Builder result = new NormalizedText.Builder(text.length());
    int start = 0;
    for (int end : GraphemeClusters.ends(text.chars())) {
      replaceCluster(text, start, end, result);
      start = end;
    }
    return result.build();
  }

  private boolean keeps(int[] chars) {
    for (int c : chars) {
      if (c >= ASCII || !kept[c]) {
        return false;
      }
    }
    return true;
  }

  private void replaceCluster(
      NormalizedText text, int start, int end, NormalizedText.Builder result) {
    if (end - start > 1) {
      byte[] cluster = text.text(start, end).getBytes(StandardCharsets.UTF_8);
      String whole = cluster.length < WHOLE_CLUSTER_BYTES ? lookUp(cluster) : null;
      if (whole != null) {
        result.replace(text, start, end, whole);
        return;
      }
    }
    for (int i = start; i < end; i++) {
      String replacement = lookUp(text.text(i, i + 1).getBytes(StandardCharsets.UTF_8));
      if (replacement == null) {
        result.copy(text, i, i + 1);
      } else {
        result.replace(text, i, i + 1, replacement);
      }
    }
  }

  /** What the shortest key that the bytes begin with turns into; null if there is none. */
  private String lookUp(byte[] bytes) {
    int at = offset(unit(0));
    for (byte signed : bytes) {
      int label = signed & 0xFF;
      at ^= label;
      int unit = unit(at);
      if (label == 0 || (unit & 0x800000FF) != label) {
        return null;
      }
      at ^= offset(unit);
      if (((unit >>> 8) & 1) == 1) {
        return replacement(unit(at) & 0x7FFFFFFF);
      }
    }
    return null;
  }

  private int unit(int index) {
    return index >= 0 && index < units.length ? units[index] : 0x80000000;
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
  }

  private String replacement(int from) {
    int to = from;
    while (to < replacements.length && replacements[to] != 0) {
      to++;
    }
    return from >= replacements.length
        ? ""
        : new String(replacements, from, to - from, StandardCharsets.UTF_8);
  }
}
