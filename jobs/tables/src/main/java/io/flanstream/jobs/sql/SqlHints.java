package io.flanstream.jobs.sql;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What was likely meant by a statement that failed. */
final class SqlHints {
  private static final Pattern UNKNOWN =
      Pattern.compile("(?:Column|Table|Object|Database|View) '([^']+)' not found.*");
  private static final Pattern FUNCTION =
      Pattern.compile("No match found for function signature (\\w+)\\(.*");
  private static final Pattern ENCOUNTERED =
      Pattern.compile(
          "(?:SQL parse failed\\. )?(?:Encountered \"|Incorrect syntax near the keyword ')(.*)");
  private static final Pattern WORD = Pattern.compile("\\w+");
  private static final int FARTHEST = 3;

  private SqlHints() {}

  /**
   * A hint, if there is one.
   *
   * @param reason why the statement failed
   * @param statement the statement
   * @param session whose names are known
   */
  static Optional<String> of(String reason, String statement, SqlSession session) {
    try {
      Matcher unknown = UNKNOWN.matcher(reason);
      if (unknown.matches()) {
        return near(
            unknown.group(1),
            Stream.concat(session.names().stream(), session.others().stream()).toList());
      }
      Matcher function = FUNCTION.matcher(reason);
      if (function.matches()) {
        return near(function.group(1), session.others());
      }
      Matcher encountered = ENCOUNTERED.matcher(reason);
      return encountered.matches()
          ? quoting(encountered.group(1), statement, session)
          : Optional.empty();
    } catch (RuntimeException e) {
      // Whoever has failed once need not hear of a second failure.
      return Optional.empty();
    }
  }

  /** Words of SQL are names in backticks, and texts are in single quotes. */
  private static Optional<String> quoting(String found, String statement, SqlSession session) {
    if (statement.contains("\"") && found.contains("\\\"")) {
      return Optional.of("a text is in single quotes, a name in backticks");
    }
    List<String> names = session.names();
    // The parser stops behind a word that it takes for its own.
    Matcher words = WORD.matcher(found);
    while (words.find()) {
      Optional<String> name = names.stream().filter(words.group()::equalsIgnoreCase).findFirst();
      if (name.isPresent()) {
        return Optional.of(backticks(name.get()));
      }
    }
    return names.stream()
        .filter(SqlHints::isReserved)
        .filter(name -> unquoted(name).matcher(statement).find())
        .findFirst()
        .map(SqlHints::backticks);
  }

  private static Pattern unquoted(String name) {
    return Pattern.compile(
        "(?<![`\\w'])" + Pattern.quote(name) + "(?![`\\w'])", Pattern.CASE_INSENSITIVE);
  }

  private static String backticks(String name) {
    return "%s is a word of SQL: as a name it is `%s`".formatted(name, name);
  }

  /** Whether a name is one that SQL has taken, of those that tasks like to be called. */
  static boolean isReserved(String name) {
    return SqlWords.RESERVED.contains(name.toUpperCase(Locale.ROOT));
  }

  /** The nearest of some names, by the letters that differ. */
  static Optional<String> near(String name, List<String> among) {
    String wanted = name.toLowerCase(Locale.ROOT);
    String nearest = null;
    int least = Math.min(FARTHEST, wanted.length() / 2 + 1);
    for (String candidate : among) {
      int distance = distance(wanted, candidate.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return Optional.ofNullable(nearest)
        .map(found -> "did you mean %s?".formatted(isReserved(found) ? "`" + found + "`" : found));
  }

  /** Levenshtein's. */
  private static int distance(String one, String other) {
    int[] before = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] now = new int[other.length() + 1];
      now[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int changed = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        now[j] = Math.min(Math.min(now[j - 1], before[j]) + 1, before[j - 1] + changed);
      }
      before = now;
    }
    return before[other.length()];
  }
}
