package io.flanstream.model.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The prompt of a generation task: places in braces for the text, for answers of other tasks and
 * for fields of extractions. A brace with white space in it stands for itself.
 */
record GenerationTemplate(String form) {
  static final String TEXT = "text";

  private static final Pattern PLACE = Pattern.compile("\\{([^\\s{}]+)\\}");

  /** Names of the places, in order. */
  List<String> places() {
    return PLACE.matcher(form).results().map(match -> match.group(1)).toList();
  }

  /** How often it has the text. */
  long texts() {
    return places().stream().filter(TEXT::equals).count();
  }

  /** Names of the places that are not the text. */
  List<String> others() {
    return places().stream().filter(place -> !place.equals(TEXT)).distinct().toList();
  }

  /**
   * Fills all places but the text. Values are never searched for places.
   *
   * @param values a value for each other place
   */
  Prompt fill(Map<String, String> values) {
    List<StringBuilder> parts = new ArrayList<>(List.of(new StringBuilder()));
    int copied = 0;
    Matcher matcher = PLACE.matcher(form);
    for (MatchResult match : matcher.results().toList()) {
      StringBuilder last = parts.get(parts.size() - 1);
      last.append(form, copied, match.start());
      copied = match.end();
      if (match.group(1).equals(TEXT)) {
        parts.add(new StringBuilder());
      } else {
        last.append(values.get(match.group(1)));
      }
    }
    parts.get(parts.size() - 1).append(form, copied, form.length());
    return new Prompt(parts.get(0).toString(), parts.size() > 1 ? parts.get(1).toString() : "");
  }
}
