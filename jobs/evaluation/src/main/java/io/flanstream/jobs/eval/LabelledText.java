package io.flanstream.jobs.eval;

/**
 * A text with the right answers.
 *
 * @param place where it is, such as "line 3"
 * @param id its identifier
 * @param text the text
 * @param value the line that stands for its record
 * @param gold the answers
 */
public record LabelledText(String place, String id, String text, String value, Gold gold) {}
