package io.flanstream.jobs.pipeline;

import io.flanstream.model.task.OverlongPolicy;
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

  /** Texts that do not fit. */
  public static final ConfigOption<OverlongPolicy> OVERLONG =
      ConfigOptions.key("overlong")
          .enumType(OverlongPolicy.class)
          .defaultValue(OverlongPolicy.REJECT)
          .withDescription(
              "What happens to a text that does not fit in model.max-input-tokens: reject makes it a dead letter, truncate cuts its end off, which the results say; window asks about parts that overlap by a fourth and merges the answers: the mean of the scores by tokens, the most probable value with its place in the whole text.");

  /** Tasks that change while the job runs. */
  public static final ConfigOption<String> TASKS_TOPIC =
      ConfigOptions.key("tasks-topic")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Compacted topic from which the tasks come while the job runs: the newest record whose key is the pipeline's name, a JSON list of tasks. It is read to its end before the first event; until it has such a record, the tasks are those of the file.");

  private PipelineOptions() {}
}
