package io.flanstream.jobs.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Environment variables in a file: <code>${NAME}</code>, <code>${NAME:-otherwise}</code>, and
 * <code>$${NAME}</code> for the text itself. What has a colon otherwise, such as Kafka's own <code>
 * ${file:PATH:KEY}</code>, is left as it is. Not thread-safe.
 */
class Variables {
  private static final Pattern REFERENCE =
      Pattern.compile("(\\$?)\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

  /** Leaves every text as it is. */
  static final Variables NONE =
      new Variables(Map.of()) {
        @Override
        String resolved(String text, String place) {
          return text;
        }
      };

  private final Map<String, String> environment;
  private final List<String> missing = new ArrayList<>();

  Variables(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Puts values in the place of variables.
   *
   * @param text a text of the file
   * @param place where it stands, for people
   */
  String resolved(String text, String place) {
    return REFERENCE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(value(found, place)));
  }

  private String value(MatchResult found, String place) {
    if (!found.group(1).isEmpty()) {
      return found.group().substring(1);
    }
    String value = environment.get(found.group(2));
    if (value != null) {
      return value;
    }
    if (found.group(3) == null) {
      missing.add("%s (%s)".formatted(found.group(2), place));
      return "";
    }
    return found.group(3);
  }

  /** Whether a text is a variable and nothing else. */
  static boolean isOne(String text) {
    Matcher found = REFERENCE.matcher(text);
    return found.matches() && found.group(1).isEmpty();
  }

  /** Variables that are not set and have no other value, with their places. */
  List<String> missing() {
    return List.copyOf(missing);
  }
}
