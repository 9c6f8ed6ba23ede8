package io.flanstream.model.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The tokens of an extraction's answer that are no part of the source text.
 *
 * <p>An answer is {@code leads[0] value leads[1] value … end}, each value a span of the source or
 * the absent answer. The arrays must not be changed; forms of equal tokens are equal.
 *
 * @param leads tokens before each value; only the first may be empty
 * @param absent tokens of the answer that says that there is no value, at least one
 * @param openEnded whether the answer may end after any value; then only the first may be absent,
 *     and with it all
 */
public record AnswerForm(List<int[]> leads, int[] absent, boolean openEnded) {

  /** A form with just as many values as leads. */
  public AnswerForm(List<int[]> leads, int[] absent) {
    this(leads, absent, false);
  }

  /** Checks the tokens. */
  public AnswerForm {
    leads = List.copyOf(leads);
    if (leads.isEmpty() || absent.length == 0) {
      throw new IllegalArgumentException(
          "Cannot read answers: there must be a value and tokens for its absence, got %s and %s"
              .formatted(leads.size(), absent.length));
    }
    for (int i = 1; i < leads.size(); i++) {
      if (leads.get(i).length == 0) {
        throw new IllegalArgumentException(
            "Cannot read answers: tokens must set value %s apart from the one before, got none"
                .formatted(i));
      }
    }
  }

  /** The answer that is one value and nothing else. */
  public static AnswerForm single(int[] absent) {
    return new AnswerForm(List.of(new int[0]), absent);
  }

  /**
   * The answer that is any number of values up to a bound.
   *
   * @param most the bound
   * @param between tokens that set a value apart from the one before
   * @param absent tokens of the answer that says that there is no value
   */
  public static AnswerForm many(int most, int[] between, int[] absent) {
    List<int[]> leads = new ArrayList<>(Collections.nCopies(most, between));
    leads.set(0, new int[0]);
    return new AnswerForm(leads, absent, true);
  }

  /** Whether the answer may end after a value. */
  boolean mayEndAfter(int slot) {
    return openEnded || slot == values() - 1;
  }

  /** Whether a value may be absent. */
  boolean mayBeAbsent(int slot) {
    return !openEnded || slot == 0;
  }

  /** Whether another value may follow one, or its absence. */
  boolean mayGoOnAfter(int slot, boolean absent) {
    return slot < values() - 1 && !(openEnded && absent);
  }

  /** Number of values, the most of them where the answer may end before. */
  public int values() {
    return leads.size();
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof AnswerForm other
        && openEnded == other.openEnded
        && Arrays.equals(absent, other.absent)
        && Arrays.deepEquals(leads.toArray(), other.leads.toArray());
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.deepHashCode(leads.toArray()) + Arrays.hashCode(absent);
  }
}
