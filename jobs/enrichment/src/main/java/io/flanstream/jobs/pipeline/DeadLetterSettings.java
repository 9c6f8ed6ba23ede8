package io.flanstream.jobs.pipeline;

import io.flanstream.operators.ingest.FieldPath;
import io.flanstream.operators.serialize.RecordFormat;
import java.util.List;
import org.apache.flink.configuration.ReadableConfig;

/**
 * Where records go that could not be enriched.
 *
 * @param topic their topic
 * @param format their form
 * @param redact fields whose values they must not have
 */
public record DeadLetterSettings(String topic, RecordFormat format, List<FieldPath> redact) {

  /** The same, in another form. */
  public DeadLetterSettings as(RecordFormat other) {
    return new DeadLetterSettings(topic, other, redact);
  }

  static DeadLetterSettings from(ReadableConfig config, Violations faults) {
    List<FieldPath> redact = Rules.fields(config, DeadLetterOptions.REDACT, faults);
    redact.forEach(
        path ->
            faults.check(
                path.origin() != FieldPath.Origin.TOPIC,
                DeadLetterOptions.REDACT,
                "must not be the topic, which every dead letter names",
                path.written()));
    return new DeadLetterSettings(
        Rules.topic(config, DeadLetterOptions.TOPIC, faults),
        config.get(DeadLetterOptions.FORMAT),
        redact);
  }
}
