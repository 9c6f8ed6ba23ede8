package io.flanstream.operators.ingest;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;

/** What a JSON parser has found, without the parser's own classes and settings. */
public final class JsonProblem {
  private static final String LOCATION = "\\[Source: .*?; line: ([0-9]+), column: ([0-9]+)\\]";

  private JsonProblem() {}

  /** What is wrong, on one line. */
  public static String text(JsonProcessingException problem) {
    return problem
        .getOriginalMessage()
        .replaceFirst("(?s)^Trailing token .*", "it must end where its first value does")
        .replaceFirst(
            "(?s)\\(start marker at " + LOCATION + "\\)", "(opened at line $1, column $2)")
        .replaceAll("(?s) at " + LOCATION, "")
        .replaceAll(",? from `[^`]*`|,? (not allowed as per|to enable|to allow) `[^`]*`", "")
        .replaceAll("[ \\t]*\\n[ \\t]*", "; ")
        .strip();
  }

  /** Where it is and what is wrong. */
  public static String textWithPlace(JsonProcessingException problem) {
    JsonLocation at = problem.getLocation();
    return at == null
        ? text(problem)
        : "line %s, column %s: %s".formatted(at.getLineNr(), at.getColumnNr(), text(problem));
  }
}
