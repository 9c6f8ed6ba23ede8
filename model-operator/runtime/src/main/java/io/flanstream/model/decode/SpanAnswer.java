package io.flanstream.model.decode;

import java.util.List;
import java.util.Optional;

/**
 * One value of an answer, read back.
 *
 * @param occurrences where the value lies in the source text, in order, the longer first of two
 *     that begin together; empty where the answer is that there is no value
 * @param probability probability of this value among all that the grammar allowed, its end
 *     included, 0 to 1
 */
public record SpanAnswer(List<Span> occurrences, double probability) {

  /** The first occurrence; empty where there is no value. */
  public Optional<Span> span() {
    return occurrences.stream().findFirst();
  }

  /** Whether the answer is that there is no value. */
  public boolean absent() {
    return occurrences.isEmpty();
  }
}
