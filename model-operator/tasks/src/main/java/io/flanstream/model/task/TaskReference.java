package io.flanstream.model.task;

/**
 * A place of a template that stands for another task's answer: {@code intent}, or {@code
 * order.number}, a field of an extraction.
 *
 * @param task name of the task
 * @param field name of the field; null for the whole answer
 */
record TaskReference(String task, String field) {}
