package io.flanstream.jobs.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SQL text cut at its semicolons; those in quotes, comments and statement sets do not count.
 *
 * @param complete statements that a semicolon ends, without it and without comments before them
 * @param rest what follows the last semicolon; blank where nothing does
 */
record Statements(List<String> complete, String rest) {

  private static final Pattern OPEN_SET =
      Pattern.compile(
          "(EXECUTE|EXPLAIN)\\s+STATEMENT\\s+SET\\s+BEGIN\\b(?!.*;\\s*END$).*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern LIMIT =
      Pattern.compile(
          "(\\s*(?:SELECT|WITH)\\b.*)\\b(?:LIMIT|FETCH\\s+(?:FIRST|NEXT))\\s+(\\d{1,18})"
              + "(?:\\s+ROWS?\\s+ONLY)?\\s*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  static Statements split(String text) {
    List<String> complete = new ArrayList<>();
    int start = 0;
    int i = 0;
    while (i < text.length()) {
      int next = skip(text, i);
      if (next > i && text.substring(start, i).isBlank() && isComment(text, i)) {
        start = next;
      }
      if (next == i && text.charAt(i) == ';') {
        String statement = text.substring(start, i).strip();
        if (!OPEN_SET.matcher(statement).matches()) {
          if (!statement.isEmpty()) {
            complete.add(statement);
          }
          start = i + 1;
        }
      }
      i = Math.max(next, i + 1);
    }
    return new Statements(complete, text.substring(start).strip());
  }

  /**
   * How many rows a query can have at most, as its end says; {@link Long#MAX_VALUE} where it says
   * nothing.
   */
  static long limit(String statement) {
    Matcher limit = LIMIT.matcher(withBlankComments(statement));
    return limit.matches() ? Long.parseLong(limit.group(2)) : Long.MAX_VALUE;
  }

  /** The query without what says at its end how many rows it can have. */
  static String withoutLimit(String statement) {
    Matcher limit = LIMIT.matcher(withBlankComments(statement));
    return limit.matches() ? statement.substring(0, limit.end(1)) : statement;
  }

  /** A text of the same length; hints, which begin as comments do, are none. */
  private static String withBlankComments(String statement) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < statement.length(); ) {
      int next = Math.max(skip(statement, i), i + 1);
      boolean blank = isComment(statement, i) && !statement.startsWith("/*+", i);
      plain.append(blank ? " ".repeat(next - i) : statement.substring(i, next));
      i = next;
    }
    return plain.toString();
  }

  /** All of them, the rest included. */
  List<String> all() {
    List<String> all = new ArrayList<>(complete);
    if (!rest.isEmpty()) {
      all.add(rest);
    }
    return all;
  }

  private static boolean isComment(String text, int at) {
    return text.startsWith("--", at) || text.startsWith("/*", at);
  }

  /** End of the quoted text or comment that begins here; here where none does. */
  private static int skip(String text, int from) {
    char first = text.charAt(from);
    if (first == '\'' || first == '"' || first == '`') {
      return after(text, String.valueOf(first), from + 1);
    }
    if (text.startsWith("--", from)) {
      return after(text, "\n", from + 2);
    }
    return text.startsWith("/*", from) ? after(text, "*/", from + 2) : from;
  }

  private static int after(String text, String end, int from) {
    int at = text.indexOf(end, from);
    return at < 0 ? text.length() : at + end.length();
  }
}
