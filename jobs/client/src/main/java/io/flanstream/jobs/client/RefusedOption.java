package io.flanstream.jobs.client;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A value that one of Flink's options does not take. Flink says which option on one line of the
 * trace and what it takes on another; this is both.
 */
public final class RefusedOption {
  private static final Pattern REFUSED =
      Pattern.compile("Could not parse value (?:'(.*)' )?for key '([^']*)'\\.?", Pattern.DOTALL);
  private static final Pattern CHOICES = Pattern.compile("Expected one of: \\[+([^\\[\\]]*)\\]+");

  private RefusedOption() {}

  /**
   * What to say of the option that a failure comes from.
   *
   * @param failure any failure
   * @return the key, what its value must be, and what it is; empty where no option is at fault
   */
  public static Optional<String> in(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .flatMap(RefusedOption::said)
        .findFirst();
  }

  private static Stream<String> said(Throwable failure) {
    Matcher refused = REFUSED.matcher(String.valueOf(failure.getMessage()));
    if (!refused.matches()) {
      return Stream.empty();
    }
    // Flink leaves the value out where the key sounds like a secret's, as that of max-new-tokens.
    String got = refused.group(1) == null ? "" : ", got " + refused.group(1);
    return Stream.of(
        "Cannot set %s: it must be %s%s"
            .formatted(refused.group(2), rule(failure.getCause()), got));
  }

  private static String rule(Throwable cause) {
    String message = cause == null ? "" : String.valueOf(cause.getMessage());
    Matcher choices = CHOICES.matcher(message);
    if (choices.find()) {
      return "one of " + choices.group(1);
    }
    if (message.contains("boolean")) {
      return "true or false";
    }
    if (message.contains("Time interval unit") || message.contains("duration")) {
      return "a duration with its unit, such as 10s or 500ms";
    }
    if (message.contains("emory size")) {
      return "a size with its unit, such as 64mb";
    }
    return message.startsWith("For input string")
        ? "a number"
        : "a value of its type" + (message.isEmpty() ? "" : " (" + message + ")");
  }
}
