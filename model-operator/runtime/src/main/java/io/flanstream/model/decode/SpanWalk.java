package io.flanstream.model.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How far a span of a source text has been written: the set of places in the source that the pieces
 * written so far may have led to, from any of the span's possible beginnings.
 *
 * <p>The first piece may begin with U+2581 wherever the span begins, since a value tokenised by
 * itself always does; where each byte is a piece, with a space. A character that is no piece by
 * itself is written as its bytes in UTF-8 where the vocabulary has them; else the unknown token
 * steps over one or more neighbouring ones. An added token may swallow the U+2581 before it, and
 * the piece after it may have one of its own. Immutable and thread-safe.
 */
final class SpanWalk {
  /** A place is a position in the source and how many bytes of its character have been written. */
  private static final int BYTE_BITS = 2;

  private static final int BYTE_MASK = (1 << BYTE_BITS) - 1;

  private enum Stage {
    START(true, false),
    MARKED(false, false),
    INSIDE(false, true),
    AFTER_ADDED(true, true);

    /** Whether the next piece may begin with a U+2581 that the source does not have here. */
    private final boolean mayMark;

    private final boolean mayEnd;

    Stage(boolean mayMark, boolean mayEnd) {
      this.mayMark = mayMark;
      this.mayEnd = mayEnd;
    }
  }

  private final SourceText source;
  private final PieceTrie trie;
  private final Vocabulary vocabulary;
  private final Stage stage;
  private final int[] places;
  private volatile int[] pieces;

  private SpanWalk(SourceText source, PieceTrie trie, Stage stage, int[] places) {
    this.source = source;
    this.trie = trie;
    this.vocabulary = trie.vocabulary();
    this.stage = stage;
    this.places = places;
  }

  /** The walk before its first piece, from anywhere that a span may begin. */
  static SpanWalk start(SourceText source, PieceTrie trie) {
    int[] begins = new int[source.length()];
    int count = 0;
    for (int position = 0; position < source.length(); position++) {
      if (source.beginsAt(position)) {
        begins[count++] = position << BYTE_BITS;
      }
    }
    return new SpanWalk(source, trie, Stage.START, Arrays.copyOf(begins, count));
  }

  /** The same walk from one of its places alone. */
  SpanWalk from(int place) {
    return new SpanWalk(source, trie, stage, new int[] {place});
  }

  /** Places that the next piece may have, ascending and distinct. */
  int[] places() {
    return places;
  }

  boolean isEmpty() {
    return places.length == 0;
  }

  /** Whether a span may end here. */
  boolean mayEnd() {
    if (stage.mayEnd) {
      for (int place : places) {
        if (isEnd(place)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isEnd(int place) {
    return (place & BYTE_MASK) == 0 && source.endsAt(place >>> BYTE_BITS);
  }

  /** The spans that begin at a place and may end here, the longest first. */
  List<Span> spansFrom(int begin) {
    List<Span> spans = new ArrayList<>();
    for (int i = places.length - 1; i >= 0; i--) {
      if (isEnd(places[i])) {
        spans.add(source.span(begin >>> BYTE_BITS, places[i] >>> BYTE_BITS));
      }
    }
    return spans;
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
    if (stage.mayMark && trie.markId() != PieceTrie.NONE && marked().length > 0) {
      ids.add(trie.markId());
    }
    for (int place : places) {
      int position = place >>> BYTE_BITS;
      if (position == source.length()) {
        continue;
      }
      if ((place & BYTE_MASK) == 0) {
        collect(PieceTrie.ROOT, position, ids);
        if (stage.mayMark && mark != PieceTrie.NONE) {
          collect(mark, position, ids);
        }
        for (int id : trie.added()) {
          if (afterAdded(trie.chars(id), position, new int[2], 0) > 0) {
            ids.add(id);
          }
        }
      }
      if (isUncovered(source.charAt(position))) {
        ids.add(vocabulary.hasBytes() ? byteAt(place) : vocabulary.unknownId());
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

  /** Id of the byte that comes next in the character at a place. */
  private int byteAt(int place) {
    return vocabulary.byteId(
        Vocabulary.utf8(source.charAt(place >>> BYTE_BITS))[place & BYTE_MASK]);
  }

  /** The walk after a piece; empty where the piece fits nowhere. */
  SpanWalk next(int token) {
    if (stage.mayMark && token == trie.markId()) {
      return new SpanWalk(source, trie, Stage.MARKED, marked());
    }
    if (vocabulary.byteOf(token) >= 0) {
      return new SpanWalk(source, trie, Stage.INSIDE, afterByte(token));
    }
    if (token == vocabulary.unknownId() && !vocabulary.hasBytes()) {
      return new SpanWalk(source, trie, Stage.INSIDE, afterUnknown());
    }
    int[] piece = trie.chars(token);
    if (piece == null) {
      return new SpanWalk(source, trie, stage, new int[0]);
    }
    boolean added = trie.isAdded(token);
    return new SpanWalk(
        source, trie, added ? Stage.AFTER_ADDED : Stage.INSIDE, afterWhole(piece, added));
  }

  /** The places after a U+2581 alone, which the source may have or not. */
  private int[] marked() {
    return Arrays.stream(places)
        .filter(place -> place >>> BYTE_BITS < source.length())
        .map(place -> isMark(place >>> BYTE_BITS) ? place + (1 << BYTE_BITS) : place)
        .distinct()
        .toArray();
  }

  private boolean isMark(int position) {
    return source.charAt(position) == Characters.SPACE_MARK && trie.marksWords();
  }

  /** The places after a piece from those that lie at a whole character, ascending and distinct. */
  private int[] afterWhole(int[] piece, boolean added) {
    int[] after = new int[2 * places.length];
    int count = 0;
    for (int place : places) {
      if ((place & BYTE_MASK) == 0) {
        int position = place >>> BYTE_BITS;
        count =
            added
                ? afterAdded(piece, position, after, count)
                : after(piece, position, after, count);
      }
    }
    Arrays.sort(after, 0, count);
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      if (distinct == 0 || after[distinct - 1] != after[i]) {
        after[distinct++] = after[i];
      }
    }
    return Arrays.copyOf(after, distinct);
  }

  /** Adds the places after a piece, with and without a U+2581 that the source does not have. */
  private int after(int[] piece, int position, int[] after, int count) {
    boolean mark = stage.mayMark && piece[0] == Characters.SPACE_MARK && piece.length > 1;
    int found = count;
    for (int skipped = 0; skipped <= (mark ? 1 : 0); skipped++) {
      if (matches(piece, skipped, position)) {
        after[found++] = (position + piece.length - skipped) << BYTE_BITS;
      }
    }
    return found;
  }

  /** Adds the places after an added token, which may swallow a U+2581 before it. */
  private int afterAdded(int[] piece, int position, int[] after, int count) {
    boolean mark = position < source.length() && isMark(position);
    int found = count;
    for (int begin = position; begin <= (mark ? position + 1 : position); begin++) {
      if (matches(piece, 0, begin)) {
        after[found++] = (begin + piece.length) << BYTE_BITS;
      }
    }
    return found;
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

  private int[] afterByte(int token) {
    int[] after = new int[places.length];
    int count = 0;
    for (int place : places) {
      int position = place >>> BYTE_BITS;
      if (position < source.length()
          && isUncovered(source.charAt(position))
          && byteAt(place) == token) {
        int written = (place & BYTE_MASK) + 1;
        boolean whole = written == Vocabulary.utf8(source.charAt(position)).length;
        after[count++] = whole ? (position + 1) << BYTE_BITS : place + 1;
      }
    }
    return Arrays.copyOf(after, count);
  }

  private int[] afterUnknown() {
    IntStream.Builder after = IntStream.builder();
    int reached = 0;
    for (int place : places) {
      for (int i = Math.max(place >>> BYTE_BITS, reached); i < source.length(); i++) {
        if (!isUncovered(source.charAt(i))) {
          break;
        }
        reached = i + 1;
        after.add(reached << BYTE_BITS);
      }
    }
    return after.build().toArray();
  }

  private boolean isUncovered(int c) {
    return !trie.covers(c) && !(c == Characters.SPACE_MARK && trie.marksWords());
  }
}
