package io.flanstream.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * SQL cut at its parameters, which are question marks outside quotes and comments.
 *
 * @param parts what is before, between and behind the parameters
 */
record SqlText(List<String> parts) {

  static SqlText of(String sql) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    int at = 0;
    while (at < sql.length()) {
      if (sql.charAt(at) == '?') {
        parts.add(sql.substring(start, at));
        start = at + 1;
      }
      at = Math.max(skip(sql, at), at + 1);
    }
    parts.add(sql.substring(start));
    return new SqlText(List.copyOf(parts));
  }

  int parameters() {
    return parts.size() - 1;
  }

  /**
   * The statement with a literal for each parameter.
   *
   * @param literals in order; null where none was set
   */
  String with(List<String> literals) throws SQLException {
    StringBuilder sql = new StringBuilder(parts.get(0));
    for (int i = 0; i < parameters(); i++) {
      String literal = i < literals.size() ? literals.get(i) : null;
      if (literal == null) {
        throw new SQLException(
            "Cannot run statement: parameter %s must be set, got nothing".formatted(i + 1),
            "07002");
      }
      sql.append(literal).append(parts.get(i + 1));
    }
    return sql.toString();
  }

  /** Without comments and blanks around it, and without a semicolon at its end. */
  static String bare(String sql) {
    int start = 0;
    while (start < sql.length()) {
      boolean comment = sql.startsWith("--", start) || sql.startsWith("/*", start);
      if (!comment && !Character.isWhitespace(sql.charAt(start))) {
        break;
      }
      start = Math.max(skip(sql, start), start + 1);
    }
    String bare = sql.substring(Math.min(start, sql.length())).strip();
    return bare.endsWith(";") ? bare.substring(0, bare.length() - 1).strip() : bare;
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
