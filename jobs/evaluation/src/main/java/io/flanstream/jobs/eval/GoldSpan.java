package io.flanstream.jobs.eval;

/**
 * A field's value by its place in the text.
 *
 * @param field name of the field
 * @param start first code point
 * @param end after the last code point
 */
record GoldSpan(String field, int start, int end) {

  @Override
  public String toString() {
    return "%s %s-%s".formatted(field, start, end);
  }
}
