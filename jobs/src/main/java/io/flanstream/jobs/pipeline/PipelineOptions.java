package io.flanstream.jobs.pipeline;

import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Keys at the top of a pipeline file. */
public final class PipelineOptions {

  /** Name of the pipeline. */
  public static final ConfigOption<String> NAME =
      ConfigOptions.key("name")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Name of the pipeline, unique on its Kafka cluster: the consumer group and the transactions are named after it. Letters, digits, dots, dashes and underscores. Required.");

  private PipelineOptions() {}
}
