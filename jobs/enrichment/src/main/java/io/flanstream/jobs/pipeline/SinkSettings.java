package io.flanstream.jobs.pipeline;

import io.flanstream.jobs.route.Route;
import io.flanstream.operators.registry.SubjectStrategy;
import io.flanstream.operators.serialize.RecordFormat;
import io.flanstream.operators.serialize.ResultShape;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;

/**
 * How results are written.
 *
 * @param topic topic of the enriched events
 * @param format their form
 * @param keepText whether they have their text
 * @param maxRecordBytes the largest record that both topics take, everything included
 * @param transactionalIdPrefix what the transactions are named by
 * @param transactionTimeout how long the broker keeps a transaction open
 * @param shape what the enriched events look like
 * @param answersField name of the field that a merged record has for the answers
 * @param subjects how the subjects of their schemas are named
 * @param routes topics for some of them, each by a condition; the first that holds decides
 * @param placement where they go within their topics
 */
public record SinkSettings(
    String topic,
    RecordFormat format,
    boolean keepText,
    int maxRecordBytes,
    String transactionalIdPrefix,
    Duration transactionTimeout,
    ResultShape shape,
    String answersField,
    SubjectStrategy subjects,
    List<Route> routes,
    SinkPlacement placement) {
  private static final Duration BROKER_MAXIMUM = Duration.ofMinutes(15);
  private static final int LEAST_INTERVALS = 3;

  /** What a dead letter needs, cut as far as can be. */
  public static final int LEAST_RECORD_BYTES = 4096;

  /** Keeps its own list. */
  public SinkSettings {
    routes = List.copyOf(routes);
  }

  /** The same, with results of their own on one topic, in another form. */
  public SinkSettings as(RecordFormat other) {
    return new SinkSettings(
        topic,
        other,
        keepText,
        maxRecordBytes,
        transactionalIdPrefix,
        transactionTimeout,
        ResultShape.RESULTS,
        answersField,
        SubjectStrategy.TOPIC_NAME,
        List.of(),
        placement);
  }

  /** Topics of the enriched events, the sink's own first. */
  public List<String> topics() {
    return Stream.concat(Stream.of(topic), routes.stream().map(Route::topic)).distinct().toList();
  }

  static SinkSettings from(ReadableConfig config, String name, Violations faults) {
    MemorySize size = config.get(SinkOptions.MAX_RECORD_SIZE);
    long bytes = size.getBytes();
    faults.check(
        bytes >= LEAST_RECORD_BYTES && bytes <= Integer.MAX_VALUE / 2,
        SinkOptions.MAX_RECORD_SIZE,
        "must be from 4 kb to 1 gb",
        size);
    Duration timeout = config.get(SinkOptions.TRANSACTION_TIMEOUT);
    faults.check(
        timeout.compareTo(BROKER_MAXIMUM) <= 0,
        SinkOptions.TRANSACTION_TIMEOUT,
        "must be at most 15 min, the broker's transaction.max.timeout.ms",
        timeout);
    faults.check(
        timeout.compareTo(config.get(JobOptions.CHECKPOINT_INTERVAL).multipliedBy(LEAST_INTERVALS))
            >= 0,
        SinkOptions.TRANSACTION_TIMEOUT,
        "must be at least three times " + JobOptions.CHECKPOINT_INTERVAL.key(),
        timeout);
    return new SinkSettings(
        Rules.topic(config, SinkOptions.TOPIC, faults),
        SinkShape.format(config, faults),
        config.get(SinkOptions.KEEP_TEXT),
        (int) bytes,
        config.getOptional(SinkOptions.TRANSACTIONAL_ID_PREFIX).orElse("flanstream-" + name),
        timeout,
        config.get(SinkOptions.SHAPE),
        SinkShape.answersField(config, faults),
        SinkShape.subjects(config),
        SinkRoutes.from(config, faults),
        SinkPlacement.from(config));
  }

  /** How long after a Flink checkpoint that completes the next one may begin. */
  public Duration longestCommit() {
    return transactionTimeout.dividedBy(2);
  }

  /** How long a Flink checkpoint may take; as long is left for a restart to commit it. */
  public Duration longestCheckpoint() {
    return transactionTimeout.dividedBy(4);
  }
}
