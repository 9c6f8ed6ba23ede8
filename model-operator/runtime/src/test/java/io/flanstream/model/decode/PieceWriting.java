package io.flanstream.model.decode;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Writes values in pieces of its own choice, not the tokenizer's. */
final class PieceWriting {

  private PieceWriting() {}

  /** A value in pieces of one character each, those that are none as bytes or unknown tokens. */
  static int[] shortest(PieceTrie trie, TextNormalizer normalizer, String value) {
    int[] chars = SourceText.of(value, normalizer).words().codePoints().toArray();
    return Arrays.stream(chars).flatMap(c -> single(trie, c)).toArray();
  }

  /** A value in the longest piece that fits at each place, with or without a first U+2581. */
  static int[] longest(PieceTrie trie, TextNormalizer normalizer, String value, boolean marked) {
    int[] chars = SourceText.of(value, normalizer).words().codePoints().toArray();
    IntStream.Builder tokens = IntStream.builder();
    boolean starts = chars[0] == Characters.SPACE_MARK;
    if (marked && !starts) {
      tokens.add(trie.markId());
    }
    for (int at = starts && !marked ? 1 : 0; at < chars.length; ) {
      int node = PieceTrie.ROOT;
      int token = PieceTrie.NONE;
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
      if (token == PieceTrie.NONE) {
        single(trie, chars[at]).forEach(tokens::add);
      } else {
        tokens.add(token);
      }
      at = end;
    }
    return tokens.build().toArray();
  }

  private static IntStream single(PieceTrie trie, int c) {
    Vocabulary vocabulary = trie.vocabulary();
    if (trie.covers(c)) {
      return IntStream.of(trie.piece(trie.child(PieceTrie.ROOT, c)));
    }
    return vocabulary.hasBytes()
        ? Arrays.stream(Vocabulary.utf8(c)).map(vocabulary::byteId)
        : IntStream.of(vocabulary.unknownId());
  }
}
