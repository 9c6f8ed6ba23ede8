package io.flanstream.model.decode;

import java.util.List;

/**
 * The tokens of an extraction's answer that are no part of the source text.
 *
 * <p>An answer is {@code leads[0] value leads[1] value … end}, each value a span of the source or
 * the absent answer. The arrays must not be changed.
 *
 * @param leads tokens before each value; only the first may be empty
 * @param absent tokens of the answer that says that there is no value, at least one
 */
public record AnswerForm(List<int[]> leads, int[] absent) {

  /** Checks the tokens. */
  public AnswerForm {
    leads = List.copyOf(leads);
    if (leads.isEmpty() || absent.length == 0) {
      throw new IllegalArgumentException(
          "Cannot read answers: there must be a value and tokens for its absence, got %d and %d"
              .formatted(leads.size(), absent.length));
    }
    for (int i = 1; i < leads.size(); i++) {
      if (leads.get(i).length == 0) {
        throw new IllegalArgumentException(
            "Cannot read answers: tokens must set value %d apart from the one before, got none"
                .formatted(i));
      }
    }
  }

  /** The answer that is one value and nothing else. */
  public static AnswerForm single(int[] absent) {
    return new AnswerForm(List.of(new int[0]), absent);
  }

  /** Number of values. */
  public int values() {
    return leads.size();
  }
}
