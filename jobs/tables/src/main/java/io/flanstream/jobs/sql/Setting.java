package io.flanstream.jobs.sql;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement {@code SET 'key' = 'value'}, which Flink leaves to its clients.
 *
 * @param key key of the option
 * @param value its value
 */
record Setting(String key, String value) {
  private static final String QUOTED = "'((?:[^']|'')*)'";
  private static final Pattern SET =
      Pattern.compile("SET\\s+%1$s\\s*=\\s*%1$s".formatted(QUOTED), Pattern.CASE_INSENSITIVE);

  /** The setting, if the statement is one. */
  static Optional<Setting> of(String statement) {
    Matcher set = SET.matcher(statement);
    return set.matches()
        ? Optional.of(new Setting(unquoted(set.group(1)), unquoted(set.group(2))))
        : Optional.empty();
  }

  private static String unquoted(String text) {
    return text.replace("''", "'");
  }
}
