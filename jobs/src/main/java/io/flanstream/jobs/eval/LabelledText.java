package io.flanstream.jobs.eval;

/**
 * A text with the right answers.
 *
 * @param line its line in the file, from 1
 * @param id its identifier
 * @param text the text
 * @param json the line
 * @param gold the answers
 */
public record LabelledText(int line, String id, String text, String json, Gold gold) {}
