package io.flanstream.jobs.route;

import java.io.Serializable;

/**
 * A topic for the records that fulfil a condition.
 *
 * @param when the condition, a Flink SQL expression over the columns of the answers
 * @param topic the topic
 */
public record Route(String when, String topic) implements Serializable {}
