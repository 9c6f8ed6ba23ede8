package io.flanstream.jobs.pipeline;

import io.flanstream.operators.serialize.RecordFormat;
import org.apache.flink.configuration.ReadableConfig;

/**
 * Where records go that could not be enriched.
 *
 * @param topic their topic
 * @param format their form
 */
public record DeadLetterSettings(String topic, RecordFormat format) {

  static DeadLetterSettings from(ReadableConfig config, Faults faults) {
    return new DeadLetterSettings(
        Rules.topic(config, DeadLetterOptions.TOPIC, faults), config.get(DeadLetterOptions.FORMAT));
  }
}
