package io.flanstream.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a gateway says of a failure: a stack trace, of which the innermost message says why. */
final class GatewayError {
  private static final Pattern CAUSE =
      Pattern.compile(
          "^(?:Caused by: )?(?:[\\w$]+\\.)+[\\w$]*(?:Exception|Error)(?:: (.*))?$",
          Pattern.MULTILINE);
  private static final Pattern POSITION =
      Pattern.compile("(?:From|at) line (\\p{Nd}+), column (\\p{Nd}+)");

  private GatewayError() {}

  static SQLException of(JsonNode errors) {
    StringBuilder all = new StringBuilder();
    errors.forEach(error -> all.append(error.asText()).append('\n'));
    String reason = all.toString().lines().findFirst().orElse("the gateway does not say why");
    Matcher cause = CAUSE.matcher(all);
    while (cause.find()) {
      if (cause.group(1) != null && !cause.group(1).isBlank()) {
        reason = cause.group(1).strip();
      }
    }
    if (reason.contains("Could not map response to JSON")) {
      reason = "the keys of a MAP must be STRING over JDBC; CAST it";
    }
    Matcher position = POSITION.matcher(all);
    if (position.find() && !POSITION.matcher(reason).find()) {
      reason +=
          " (line %s, column %s)"
              .formatted(Integer.parseInt(position.group(1)), Integer.parseInt(position.group(2)));
    }
    return new SQLException(
        "Cannot run statement: " + reason, "42000", new SQLException(all.toString()));
  }
}
