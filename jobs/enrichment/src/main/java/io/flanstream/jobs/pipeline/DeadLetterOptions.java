package io.flanstream.jobs.pipeline;

import io.flanstream.operators.serialize.RecordFormat;
import java.util.List;
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
              "Form of the dead letters: avro for plain Avro binary, avro-confluent for Avro in the wire format of Confluent's serializers, json for plain JSON.");

  /** What is hidden. */
  public static final ConfigOption<List<String>> REDACT =
      ConfigOptions.key("dead-letters.redact")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "Fields whose values a dead letter must not have, names or JSON pointers. A value that is no JSON object is left out as a whole. Key and headers stay, and so do the value's length and hash. What is redacted cannot be replayed.");

  private DeadLetterOptions() {}
}
