package io.flanstream.model.decode;

import java.util.Optional;

/**
 * A part of a source text.
 *
 * @param value the text from start to end
 * @param start offset of the first character in the source text, in Unicode code points
 * @param end offset after the last character, in Unicode code points
 */
public record Span(String value, int start, int end) {

  /**
   * The same without the white space, control characters and invisible characters at its ends;
   * empty where it has nothing else.
   */
  Optional<Span> visible() {
    int[] points = value.codePoints().toArray();
    int first = 0;
    int last = points.length;
    while (first < last && Characters.isInvisible(points[first])) {
      first++;
    }
    while (last > first && Characters.isInvisible(points[last - 1])) {
      last--;
    }
    if (first == last) {
      return Optional.empty();
    }
    return first == 0 && last == points.length
        ? Optional.of(this)
        : Optional.of(
            new Span(new String(points, first, last - first), start + first, start + last));
  }
}
