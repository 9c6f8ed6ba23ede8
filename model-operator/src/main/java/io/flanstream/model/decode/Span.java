package io.flanstream.model.decode;

/**
 * A part of a source text.
 *
 * @param value the text from start to end
 * @param start offset of the first character in the source text, in Unicode code points
 * @param end offset after the last character, in Unicode code points
 */
public record Span(String value, int start, int end) {}
