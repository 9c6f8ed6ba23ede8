package io.flanstream.model.flink.table;

import io.flanstream.model.flink.ClientOptions;
import io.flanstream.model.flink.GenerationOptions;
import io.flanstream.model.flink.ModelOptions;
import io.flanstream.model.task.OverlongPolicy;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/**
 * Options of {@code CREATE MODEL … WITH}, beside {@link ModelOptions} and {@link
 * GenerationOptions}: the keys of a task in the pipeline file.
 */
public final class SqlModelOptions {

  /** What the model is asked. */
  public enum TaskType {
    /** Chooses among labels. */
    CLASSIFICATION,
    /** Finds fields. */
    EXTRACTION,
    /** Writes text. */
    GENERATION
  }

  /** What happens to a row that cannot be answered. */
  public enum ErrorMode {
    /** The job fails. */
    FAIL,
    /** The row's output columns are null, but for those that say why. */
    NULL
  }

  /** What the model is asked. */
  public static final ConfigOption<TaskType> TASK =
      ConfigOptions.key("task")
          .enumType(TaskType.class)
          .noDefaultValue()
          .withDescription("What the model is asked: classification, extraction or generation.");

  /** Labels. */
  public static final ConfigOption<String> LABELS =
      ConfigOptions.key("labels")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Labels of a classification: names parted by commas, or the JSON list of the pipeline"
                  + " file, with descriptions.");

  /** Fields. */
  public static final ConfigOption<String> FIELDS =
      ConfigOptions.key("fields")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Fields of an extraction, as labels are written; the output columns unless given.");

  /** Question. */
  public static final ConfigOption<String> QUESTION =
      ConfigOptions.key("question")
          .stringType()
          .noDefaultValue()
          .withDescription("What the prompt of a classification asks.");

  /** Several labels. */
  public static final ConfigOption<String> MULTI_LABEL =
      ConfigOptions.key("multi-label")
          .stringType()
          .noDefaultValue()
          .withDescription("How several labels may be accepted: off, threshold or yes-no.");

  /** Listing of labels. */
  public static final ConfigOption<String> OPTIONS =
      ConfigOptions.key("options")
          .stringType()
          .noDefaultValue()
          .withDescription("Whether the prompt lists the labels: listed, hidden or auto.");

  /** Least score. */
  public static final ConfigOption<Double> THRESHOLD =
      ConfigOptions.key("threshold")
          .doubleType()
          .noDefaultValue()
          .withDescription("The least score that is accepted, 0 to 1.");

  /** One prompt for all fields. */
  public static final ConfigOption<Boolean> FIELDS_AT_ONCE =
      ConfigOptions.key("fields-at-once")
          .booleanType()
          .noDefaultValue()
          .withDescription("Whether one prompt asks for all fields of an extraction.");

  /** Prompt template. */
  public static final ConfigOption<String> TEMPLATE =
      ConfigOptions.key("template")
          .stringType()
          .noDefaultValue()
          .withDescription("Prompt template in place of the usual one; it must have {text}.");

  /** Examples. */
  public static final ConfigOption<String> EXAMPLES =
      ConfigOptions.key("examples")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Examples that the prompt shows, as the JSON list of the pipeline file: objects with"
                  + " text and label, labels or fields.");

  /** Texts that do not fit. */
  public static final ConfigOption<OverlongPolicy> OVERLONG =
      ConfigOptions.key("overlong")
          .enumType(OverlongPolicy.class)
          .defaultValue(OverlongPolicy.REJECT)
          .withDescription("What happens to a text that does not fit: reject, truncate or window.");

  /** Rows that cannot be answered. */
  public static final ConfigOption<ErrorMode> ERROR_MODE =
      ConfigOptions.key("error-mode")
          .enumType(ErrorMode.class)
          .defaultValue(ErrorMode.FAIL)
          .withDescription(
              "What happens to a row that cannot be answered: fail ends the job, and names the row;"
                  + " null leaves its columns null, and says why in the columns error_code and"
                  + " error_message where the model has them.");

  /** How long a model stays open. */
  public static final ConfigOption<Duration> MODEL_LINGER =
      ConfigOptions.key("model-linger")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription(
              "How long a process keeps the model after the last query or job has left it.");

  /** Memory of prepared questions. */
  public static final ConfigOption<MemorySize> PREPARED_MEMORY =
      ConfigOptions.key("prepared-memory")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(32))
          .withDescription(
              "About how much memory a subtask of a function keeps prepared questions in, whose"
                  + " labels or fields come with the rows: those that were asked lately or often.");

  private SqlModelOptions() {}

  /**
   * All options that a model may have, those of {@link ModelOptions} and {@link GenerationOptions}
   * included.
   */
  static Set<ConfigOption<?>> optional(Set<ConfigOption<?>> required) {
    Set<ConfigOption<?>> options =
        of(
            Set.of(
                ModelOptions.class,
                ClientOptions.class,
                GenerationOptions.class,
                SqlModelOptions.class));
    options.removeAll(required);
    return options;
  }

  /** The options that classes declare. */
  static Set<ConfigOption<?>> of(Set<Class<?>> classes) {
    return classes.stream()
        .flatMap(options -> Stream.of(options.getFields()))
        .map(SqlModelOptions::value)
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static ConfigOption<?> value(Field field) {
    try {
      return (ConfigOption<?>) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
