package io.flanstream.model.decode;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Writes values in pieces of its own choice, not the tokenizer's. */
final class PieceWriting {

  private PieceWriting() {}

  /** A value in pieces of one character each, those that are none as unknown tokens. */
  static int[] shortest(PieceTrie trie, TextNormalizer normalizer, String value) {
    int[] chars = SourceText.of(value, normalizer).words().codePoints().toArray();
    return Arrays.stream(chars).map(c -> single(trie, c)).toArray();
  }

  /** A value in the longest piece that fits at each place, with or without a first U+2581. */
  static int[] longest(PieceTrie trie, TextNormalizer normalizer, String value, boolean marked) {
    int[] chars = SourceText.of(value, normalizer).words().codePoints().toArray();
    IntStream.Builder tokens = IntStream.builder();
    for (int at = marked ? 0 : 1; at < chars.length; ) {
      int node = PieceTrie.ROOT;
      int token = trie.vocabulary().unknownId();
      int end = at + 1;
      for (int i = at; i < chars.length; i++) {
        node = trie.child(node, chars[i]);
        if (node == PieceTrie.NONE) {
          break;
        }
        if (trie.piece(node) != PieceTrie.NONE) {
          token = trie.piece(node);
          end = i + 1;
        }
      }
      tokens.add(token);
      at = end;
    }
    return tokens.build().toArray();
  }

  private static int single(PieceTrie trie, int c) {
    return trie.covers(c)
        ? trie.piece(trie.child(PieceTrie.ROOT, c))
        : trie.vocabulary().unknownId();
  }
}
