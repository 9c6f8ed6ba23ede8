package io.flanstream.jobs.state;

import io.flanstream.jobs.kafka.TopicIds;
import java.util.Map;

/**
 * A start of a pipeline, written before its job runs.
 *
 * @param number number of the start
 * @param at when, in milliseconds of the epoch
 * @param place where, for people
 * @param from the savepoint or checkpoint that it went on from; null where it began at offsets
 * @param offsets where it began otherwise: earliest, committed, or as source.from says
 * @param topicId ids of the source topics, as {@link TopicIds} writes them; empty where not known
 * @param ends where it ends in each partition; null where it does not
 * @param named the savepoint that its deployment named, obeyed or before; null where it named none
 */
public record StartRecord(
    long number,
    long at,
    String place,
    String from,
    String offsets,
    String topicId,
    Map<String, Long> ends,
    String named) {}
