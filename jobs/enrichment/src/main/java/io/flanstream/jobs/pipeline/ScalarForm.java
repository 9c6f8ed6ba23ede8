package io.flanstream.jobs.pipeline;

import io.flanstream.model.task.Literals;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.MemorySize;

/**
 * How a single value is written.
 *
 * @param pattern regular expression of the whole of it, as Java and ECMA 262 have them both
 * @param rule what a value must be that does not match
 */
record ScalarForm(String pattern, String rule) {
  /** Any text. */
  static final ScalarForm TEXT = new ScalarForm("", "must be a text");

  private static final String BLANKS = "[ \\t]*";
  private static final ScalarForm WHOLE_NUMBER =
      new ScalarForm(Literals.WHOLE_NUMBER, "must be a whole number");
  private static final Map<Type, ScalarForm> FORMS =
      Map.of(
          Integer.class,
          WHOLE_NUMBER,
          Long.class,
          WHOLE_NUMBER,
          Double.class,
          new ScalarForm(Literals.NUMBER, "must be a number"),
          Boolean.class,
          new ScalarForm(Literals.TRUE_OR_FALSE, "must be true or false"),
          Duration.class,
          measured(
              List.of(
                  "ns|nano(second)?s?",
                  "µs|micro(second)?s?",
                  "ms|milli(second)?s?",
                  "s|sec(ond)?s?",
                  "m|min(ute)?s?",
                  "h|hours?",
                  "d|days?"),
              "must be a duration with its unit, such as 2s, 500ms or 10min"),
          MemorySize.class,
          measured(
              List.of(
                  "b|bytes", "kb?|kibibytes", "mb?|mebibytes", "gb?|gibibytes", "tb?|tebibytes"),
              "must be a size with its unit, such as 1mb or 512kb"));

  /**
   * The form of values of a type.
   *
   * @param type their type
   * @param choices constants of the type where it is an enum
   */
  static ScalarForm of(Type type, List<Object> choices) {
    return choices.isEmpty() ? FORMS.getOrDefault(type, TEXT) : choice(choices);
  }

  /** Constants as a file writes them. */
  static List<String> names(List<Object> choices) {
    return choices.stream().map(choice -> choice.toString().toLowerCase(Locale.ROOT)).toList();
  }

  boolean fits(String text) {
    return pattern.isEmpty() || text.matches(pattern);
  }

  private static ScalarForm choice(List<Object> choices) {
    List<String> names = names(choices);
    return new ScalarForm(
        anyCase(String.join("|", names)), "must be one of " + String.join(", ", names));
  }

  /** A count and its unit; zero needs none. */
  private static ScalarForm measured(List<String> units, String rule) {
    return new ScalarForm(
        "%1$s(0|[0-9]+%1$s(%2$s))%1$s".formatted(BLANKS, anyCase(String.join("|", units))), rule);
  }

  private static String anyCase(String letters) {
    return letters
        .chars()
        .mapToObj(
            letter ->
                letter >= 'a' && letter <= 'z'
                    ? "[%s%s]".formatted((char) letter, (char) (letter - 'a' + 'A'))
                    : String.valueOf((char) letter))
        .collect(Collectors.joining());
  }
}
