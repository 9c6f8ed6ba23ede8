package io.flanstream.model.task;

/**
 * A value that a placeholder stands for.
 *
 * @param task name of the task that found it
 * @param field name of its field or form
 * @param start where it begins in the original text, in code points
 * @param end where it ends, exclusive
 * @param placeholder what stands for it, such as {@code [NAME_1]}
 * @param score probability of a value that the model found; 1 for one with a checked form
 */
public record Mask(
    String task, String field, int start, int end, String placeholder, double score) {}
