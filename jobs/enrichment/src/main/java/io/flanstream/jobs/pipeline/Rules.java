package io.flanstream.jobs.pipeline;

import io.flanstream.operators.ingest.FieldPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;

/** Rules that several sections share. */
final class Rules {

  private Rules() {}

  /** The option's value, or null and a fault where it is not set. */
  static String required(ReadableConfig config, ConfigOption<String> option, Violations faults) {
    String value = config.getOptional(option).orElse("");
    if (value.isBlank()) {
      faults.add(option.key(), "must be set");
      return null;
    }
    return value;
  }

  /** A required topic by a name that Kafka takes. */
  static String topic(ReadableConfig config, ConfigOption<String> option, Violations faults) {
    String topic = required(config, option, faults);
    if (topic != null) {
      topic(topic, option, faults);
    }
    return topic;
  }

  static void topic(String topic, ConfigOption<?> option, Violations faults) {
    faults.check(isTopic(topic), option, TOPIC, topic);
  }

  /** What a topic's name must be. */
  static final String TOPIC =
      "must be a topic name: up to 249 letters, digits, dots, dashes and underscores";

  static boolean isTopic(String topic) {
    return topic.matches("[a-zA-Z0-9._-]{1,249}") && !topic.matches("\\.{1,2}");
  }

  /** What a path to a field must be. */
  static final String FIELD =
      "must be a field's name, or a JSON pointer: /body/text for text in body, /body.text for a"
          + " name with a dot";

  private static final String NAME = "[^/.\\[\\]$]+";
  private static final String POINTER = "(/([^/~]|~[01])+)+";

  /** Fields by names or JSON pointers. */
  static List<FieldPath> fields(
      ReadableConfig config, ConfigOption<List<String>> option, Violations faults) {
    List<FieldPath> fields = new ArrayList<>();
    for (String text : config.get(option)) {
      if (isField(text)) {
        fields.add(FieldPath.parse(text));
      } else {
        faults.add(option, FIELD, text);
      }
    }
    return fields;
  }

  static boolean isField(String text) {
    return text.matches(NAME) || text.matches(POINTER);
  }

  static int atLeastOne(ReadableConfig config, ConfigOption<Integer> option, Violations faults) {
    int value = config.get(option);
    faults.check(value >= 1, option, "must be at least 1", value);
    return value;
  }

  static void positive(Duration value, ConfigOption<Duration> option, Violations faults) {
    faults.check(value.toMillis() > 0, option, "must be at least 1 ms", value);
  }
}
