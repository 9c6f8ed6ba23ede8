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

  private static final String FIELD =
      "must be a field's name, or a JSON pointer: /body/text for text in body, /body.text for a"
          + " name with a dot";

  private static final String PART =
      "must be kafka:key, kafka:key/NAME, kafka:header/NAME, kafka:topic or envelope:NAME; a field"
          + " of such a name is written with a slash before it";

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
        faults.add(option, fieldRule(text), text);
      }
    }
    return fields;
  }

  /** What a path to a field must be that is none. */
  static String fieldRule(String text) {
    return FieldPath.isOutsideValue(text) ? PART : FIELD;
  }

  static boolean isField(String text) {
    if (FieldPath.isOutsideValue(text)) {
      try {
        return !FieldPath.parse(text).name().isEmpty();
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
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
