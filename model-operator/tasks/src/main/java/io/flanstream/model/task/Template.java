package io.flanstream.model.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A prompt with places to fill: {@code {question}}, {@code {text}} and so on. Any other brace
 * stands for itself.
 */
record Template(String form) {
  static final String TEXT = "text";
  static final String QUESTION = "question";
  static final String OPTIONS = "options";
  static final String LABEL = "label";
  static final String DESCRIPTION = "description";
  static final String FIELDS = "fields";
  static final String FIELD = "field";

  private static final Pattern PLACEHOLDER = Pattern.compile("(\\s*)\\{([A-Za-z_-]+)\\}");

  /** Names of the places, in order. */
  List<String> placeholders() {
    List<String> names = new ArrayList<>();
    for (Matcher matcher = PLACEHOLDER.matcher(form); matcher.find(); ) {
      names.add(matcher.group(2));
    }
    return names;
  }

  /**
   * Fills all places but the text. Values are never searched for places. Where there are no options
   * to list, the white space before them goes too.
   */
  Prompt fill(Map<String, String> values) {
    StringBuilder filled = new StringBuilder();
    String before = "";
    int copied = 0;
    for (Matcher matcher = PLACEHOLDER.matcher(form); matcher.find(); ) {
      filled.append(form, copied, matcher.start());
      copied = matcher.end();
      String name = matcher.group(2);
      String value = values.getOrDefault(name, "");
      if (!name.equals(OPTIONS) || !value.isEmpty()) {
        filled.append(matcher.group(1));
      }
      if (name.equals(TEXT)) {
        before = filled.toString();
        filled.setLength(0);
      } else {
        filled.append(value);
      }
    }
    return new Prompt(before, filled.append(form, copied, form.length()).toString());
  }
}
