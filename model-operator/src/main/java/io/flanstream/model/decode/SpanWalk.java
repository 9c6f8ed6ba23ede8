package io.flanstream.model.decode;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How far a span of a source text has been written: the set of positions in the source that the
 * pieces written so far may have led to, from any of the span's possible beginnings.
 *
 * <p>The first piece may begin with U+2581 wherever the span begins, since a value tokenised by
 * itself always does. The unknown token steps over one or more neighbouring characters that are no
 * piece by themselves. Immutable and thread-safe.
 */
final class SpanWalk {
  private enum Stage {
    START,
    MARKED,
    INSIDE
  }

  private final SourceText source;
  private final PieceTrie trie;
  private final Stage stage;
  private final int[] positions;
  private volatile int[] pieces;

  private SpanWalk(SourceText source, PieceTrie trie, Stage stage, int[] positions) {
    this.source = source;
    this.trie = trie;
    this.stage = stage;
    this.positions = positions;
  }

  /** The walk before its first piece, from anywhere that a span may begin. */
  static SpanWalk start(SourceText source, PieceTrie trie) {
    int[] begins = IntStream.range(0, source.length()).filter(source::beginsAt).toArray();
    return new SpanWalk(source, trie, Stage.START, begins);
  }

  /** The same walk from one of its positions alone. */
  SpanWalk from(int position) {
    return new SpanWalk(source, trie, stage, new int[] {position});
  }

  /** Positions that the next character may have, ascending and distinct. */
  int[] positions() {
    return positions;
  }

  boolean isEmpty() {
    return positions.length == 0;
  }

  /** Whether a span may end here. */
  boolean mayEnd() {
    if (stage == Stage.INSIDE) {
      for (int position : positions) {
        if (source.endsAt(position)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The spans that begin at a position and may end here, the longest first. */
  List<Span> spansFrom(int begin) {
    return IntStream.rangeClosed(1, positions.length)
        .map(i -> positions[positions.length - i])
        .filter(source::endsAt)
        .mapToObj(end -> source.span(begin, end))
        .toList();
  }

  /** Ids of the pieces that may come next, ascending and distinct; found at the first call. */
  int[] pieces() {
    if (pieces == null) {
      TokenIds ids = new TokenIds();
      collect(ids);
      pieces = ids.toArray();
    }
    return pieces;
  }

  private void collect(TokenIds ids) {
    int mark = trie.child(PieceTrie.ROOT, Characters.SPACE_MARK);
    boolean marks = stage == Stage.START && mark != PieceTrie.NONE && positions.length > 0;
    if (marks && trie.piece(mark) != PieceTrie.NONE) {
      ids.add(trie.piece(mark));
    }
    for (int position : positions) {
      collect(PieceTrie.ROOT, position, ids);
      if (marks) {
        collect(mark, position, ids);
      }
      if (position < source.length() && isUnknown(source.charAt(position))) {
        ids.add(trie.vocabulary().unknownId());
      }
    }
  }

  private void collect(int from, int position, TokenIds ids) {
    int node = from;
    for (int i = position; i < source.length(); i++) {
      node = trie.child(node, source.charAt(i));
      if (node == PieceTrie.NONE) {
        return;
      }
      if (trie.piece(node) != PieceTrie.NONE) {
        ids.add(trie.piece(node));
      }
    }
  }

  /** The walk after a piece; empty where the piece fits nowhere. */
  SpanWalk next(int token) {
    if (token == trie.vocabulary().unknownId()) {
      return new SpanWalk(source, trie, Stage.INSIDE, afterUnknown());
    }
    int[] piece = trie.chars(token);
    if (piece == null) {
      return new SpanWalk(source, trie, stage, new int[0]);
    }
    if (stage == Stage.START && piece[0] == Characters.SPACE_MARK) {
      return piece.length == 1
          ? new SpanWalk(source, trie, Stage.MARKED, positions)
          : new SpanWalk(source, trie, Stage.INSIDE, after(piece, 1));
    }
    return new SpanWalk(source, trie, Stage.INSIDE, after(piece, 0));
  }

  private int[] after(int[] piece, int skipped) {
    int[] after = new int[positions.length];
    int count = 0;
    for (int position : positions) {
      if (matches(piece, skipped, position)) {
        after[count++] = position + piece.length - skipped;
      }
    }
    return Arrays.copyOf(after, count);
  }

  private boolean matches(int[] piece, int skipped, int position) {
    if (position + piece.length - skipped > source.length()) {
      return false;
    }
    for (int i = skipped; i < piece.length; i++) {
      if (source.charAt(position + i - skipped) != piece[i]) {
        return false;
      }
    }
    return true;
  }

  private int[] afterUnknown() {
    IntStream.Builder after = IntStream.builder();
    int reached = 0;
    for (int position : positions) {
      for (int i = Math.max(position, reached); i < source.length(); i++) {
        if (!isUnknown(source.charAt(i))) {
          break;
        }
        reached = i + 1;
        after.add(reached);
      }
    }
    return after.build().toArray();
  }

  private boolean isUnknown(int c) {
    return c != Characters.SPACE_MARK && !trie.covers(c);
  }
}
