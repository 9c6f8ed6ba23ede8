package io.flanstream.jobs.pipeline;

import io.flanstream.operators.serialize.RecordFormat;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Keys under {@code dead-letters}. */
public final class DeadLetterOptions {

  /** Topic of the dead letters. */
  public static final ConfigOption<String> TOPIC =
      ConfigOptions.key("dead-letters.topic")
          .stringType()
          .noDefaultValue()
          .withDescription("Topic for every record that could not be enriched. Required.");

  /** Form of the dead letters. */
  public static final ConfigOption<RecordFormat> FORMAT =
      ConfigOptions.key("dead-letters.format")
          .enumType(RecordFormat.class)
          .defaultValue(RecordFormat.AVRO)
          .withDescription(
              "Form of the dead letters: avro for plain Avro binary, json for plain JSON.");

  private DeadLetterOptions() {}
}
