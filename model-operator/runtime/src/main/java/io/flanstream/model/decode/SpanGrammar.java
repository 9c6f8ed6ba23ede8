package io.flanstream.model.decode;

import java.util.ArrayList;
import java.util.List;

/**
 * Lets a decoder write nothing but spans of a source text, or that there is none.
 *
 * <p>A value may be written in any pieces whose characters spell a span's normalised characters,
 * the first of them with or without U+2581. Where a value's pieces may also be what comes after it
 * (a text with {@code ;} in it, or with the words of the absent answer), the grammar follows both
 * readings; {@link SpanReader} says which one counts.
 *
 * <p>From every allowed token an end can be reached. A step takes time in the length of the source,
 * not in the size of the vocabulary. Immutable and thread-safe.
 */
public final class SpanGrammar implements Constraint {
  private final SpanWalk start;
  private final Vocabulary vocabulary;
  private final AnswerForm form;
  private final List<Place> places;
  private final Origin origin;

  private SpanGrammar(
      SpanWalk start, Vocabulary vocabulary, AnswerForm form, List<Place> places, Origin origin) {
    this.start = start;
    this.vocabulary = vocabulary;
    this.form = form;
    this.places = places;
    this.origin = origin;
  }

  /**
   * The grammar before its first token.
   *
   * @param source the text whose spans may be written
   * @param trie the model's pieces
   * @param form the tokens round the values
   * @return the start state
   */
  public static SpanGrammar of(SourceText source, PieceTrie trie, AnswerForm form) {
    SpanWalk start = SpanWalk.start(source, trie);
    SpanGrammar grammar =
        new SpanGrammar(
            start, trie.vocabulary(), form, new ArrayList<>(), new Origin(source, trie, form));
    grammar.add(new Forced(form.leads().get(0), 0, 0, false));
    return grammar;
  }

  @Override
  public int[] allowed() {
    if (places.size() == 1) {
      return allowed(places.get(0));
    }
    TokenIds ids = new TokenIds();
    for (Place place : places) {
      ids.addAll(allowed(place));
    }
    return ids.toArray();
  }

  private int[] allowed(Place place) {
    if (place instanceof Forced forced) {
      return new int[] {forced.tokens[forced.written]};
    }
    return place instanceof Value value ? value.walk.pieces() : new int[] {vocabulary.endId()};
  }

  @Override
  public SpanGrammar next(int token) {
    SpanGrammar next = new SpanGrammar(start, vocabulary, form, new ArrayList<>(), null);
    for (Place place : places) {
      if (place instanceof Forced forced && forced.tokens[forced.written] == token) {
        next.add(new Forced(forced.tokens, forced.written + 1, forced.slot, forced.absent));
      } else if (place instanceof Value value) {
        next.add(new Value(value.walk.next(token), value.slot));
      }
    }
    if (next.places.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot write token %s: it must be one of the %s allowed here"
              .formatted(token, allowed().length));
    }
    return next;
  }

  /** Adds a place, and those that follow from it without a token. */
  private void add(Forced forced) {
    if (forced.written < forced.tokens.length) {
      places.add(forced);
    } else if (forced.absent) {
      finish(forced.slot, true);
    } else {
      add(new Value(start, forced.slot));
      if (form.mayBeAbsent(forced.slot)) {
        places.add(new Forced(form.absent(), 0, forced.slot, true));
      }
    }
  }

  private void add(Value value) {
    if (!value.walk.isEmpty()) {
      places.add(value);
      if (value.walk.mayEnd()) {
        finish(value.slot, false);
      }
    }
  }

  private void finish(int slot, boolean absent) {
    if (form.mayEndAfter(slot)) {
      addOnce(new End());
    }
    if (form.mayGoOnAfter(slot, absent)) {
      addOnce(new Forced(form.leads().get(slot + 1), 0, slot + 1, false));
    }
  }

  private void addOnce(Place place) {
    if (!places.contains(place)) {
      places.add(place);
    }
  }

  /** Grammars before their first token are equal if they were made of the same. */
  @Override
  public boolean equals(Object object) {
    return object == this
        || (origin != null && object instanceof SpanGrammar other && origin.equals(other.origin));
  }

  @Override
  public int hashCode() {
    return origin == null ? System.identityHashCode(this) : origin.hashCode();
  }

  private record Origin(SourceText source, PieceTrie trie, AnswerForm form) {}

  private sealed interface Place {}

  /** Tokens of the form, some of them written: before the slot's value, or its absence. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Forced(int[] tokens, int written, int slot, boolean absent) implements Place {}

  private record Value(SpanWalk walk, int slot) implements Place {}

  private record End() implements Place {}
}
