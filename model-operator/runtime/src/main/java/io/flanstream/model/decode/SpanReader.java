package io.flanstream.model.decode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Reads the spans back from the tokens that a {@link SpanGrammar} let through.
 *
 * <p>Of two readings the one whose values end first counts, and the absent answer before a span
 * that is spelled alike. Immutable and thread-safe.
 */
public final class SpanReader {
  /** Bounds the work on texts that repeat one word; only the first occurrence is an answer. */
  private static final int MOST_OCCURRENCES = 100;

  private final SpanWalk start;
  private final AnswerForm form;
  private final int endId;

  /**
   * Prepares the reading of one answer.
   *
   * @param source the text whose spans were written
   * @param trie the model's pieces
   * @param form the tokens round the values
   */
  public SpanReader(SourceText source, PieceTrie trie, AnswerForm form) {
    this.start = SpanWalk.start(source, trie);
    this.form = form;
    this.endId = trie.vocabulary().endId();
  }

  /**
   * Reads an answer.
   *
   * @param tokens the answer's tokens, the end token last
   * @param choiceLogprobs natural-log probability of each token among those allowed, {@code
   *     [tokens]}
   * @return one answer for each value of the form; for each that was written where the form is
   *     open-ended
   * @throws IllegalArgumentException if the grammar would not have let the tokens through
   */
  public List<SpanAnswer> read(int[] tokens, double[] choiceLogprobs) {
    Deque<int[]> values = new ArrayDeque<>();
    Set<List<Integer>> failed = new HashSet<>();
    if (tokens.length == 0
        || tokens[tokens.length - 1] != endId
        || !follows(tokens, 0, form.leads().get(0))
        || !split(tokens, form.leads().get(0).length, 0, values, failed)) {
      throw new IllegalArgumentException(
          "Cannot read answer: its tokens must be %s spans of the text or their absence, got %s"
              .formatted(form.values(), Arrays.toString(tokens)));
    }
    List<SpanAnswer> answers =
        values.stream().map(value -> answer(tokens, value, choiceLogprobs)).toList();
    // A further value that nothing can be seen of is none; the first may be absent.
    return form.openEnded()
        ? IntStream.range(0, answers.size())
            .filter(i -> i == 0 || !answers.get(i).absent())
            .mapToObj(answers::get)
            .toList()
        : answers;
  }

  /** Finds the values from a slot on, as {from, to, end of what sets the next one apart}. */
  private boolean split(
      int[] tokens, int from, int slot, Deque<int[]> values, Set<List<Integer>> failed) {
    if (failed.contains(List.of(from, slot))) {
      return false;
    }
    SpanWalk walk = start;
    for (int to = from; to < tokens.length; to++) {
      boolean absent = form.mayBeAbsent(slot) && isAbsent(tokens, from, to);
      if (absent || walk.mayEnd()) {
        int next = after(tokens, to, slot, absent, values, failed);
        if (next >= 0) {
          values.addFirst(new int[] {from, to, next});
          return true;
        }
      }
      walk = walk.next(tokens[to]);
      if (walk.isEmpty() && to + 1 - from > form.absent().length) {
        break;
      }
    }
    failed.add(List.of(from, slot));
    return false;
  }

  /** Where the next value begins, or the answer ends; -1 if neither leads to its end. */
  private int after(
      int[] tokens,
      int to,
      int slot,
      boolean absent,
      Deque<int[]> values,
      Set<List<Integer>> failed) {
    if (form.mayEndAfter(slot) && to == tokens.length - 1) {
      return tokens.length;
    }
    if (!form.mayGoOnAfter(slot, absent) || !follows(tokens, to, form.leads().get(slot + 1))) {
      return -1;
    }
    int next = to + form.leads().get(slot + 1).length;
    return split(tokens, next, slot + 1, values, failed) ? next : -1;
  }

  private SpanAnswer answer(int[] tokens, int[] value, double[] choiceLogprobs) {
    double logprob = Arrays.stream(choiceLogprobs, value[0], value[2]).sum();
    int[] written = Arrays.copyOfRange(tokens, value[0], value[1]);
    List<Span> occurrences = new ArrayList<>();
    if (!isAbsent(tokens, value[0], value[1])) {
      for (int begin : start.places()) {
        if (occurrences.size() >= MOST_OCCURRENCES) {
          break;
        }
        for (Span found : occurrences(begin, written)) {
          found.visible().filter(span -> !occurrences.contains(span)).ifPresent(occurrences::add);
        }
      }
    }
    return new SpanAnswer(List.copyOf(occurrences), Math.exp(logprob));
  }

  private List<Span> occurrences(int begin, int[] value) {
    SpanWalk walk = start.from(begin);
    for (int i = 0; i < value.length && !walk.isEmpty(); i++) {
      walk = walk.next(value[i]);
    }
    return walk.spansFrom(begin);
  }

  private boolean isAbsent(int[] tokens, int from, int to) {
    return to - from == form.absent().length && follows(tokens, from, form.absent());
  }

  private static boolean follows(int[] tokens, int from, int[] expected) {
    int to = from + expected.length;
    return to <= tokens.length && Arrays.equals(tokens, from, to, expected, 0, expected.length);
  }
}
