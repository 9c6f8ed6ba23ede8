package io.flanstream.jobs.sql;

import java.util.List;
import java.util.Locale;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Offers tables, columns and SQL's usual words. */
final class SqlCompleter implements Completer {
  private static final List<String> WORDS =
      List.of(
          "SELECT",
          "FROM",
          "WHERE",
          "GROUP BY",
          "ORDER BY",
          "HAVING",
          "LIMIT",
          "COUNT(*)",
          "AVG(",
          "MIN(",
          "MAX(",
          "SUM(",
          "DISTINCT",
          "JOIN",
          "ON",
          "AND",
          "OR",
          "NOT",
          "IS NULL",
          "LIKE",
          "DESC",
          "AS",
          "CROSS JOIN UNNEST(",
          "SHOW TABLES;",
          "DESCRIBE",
          "EXPLAIN");

  private final SqlSession session;
  private List<String> names = List.of();

  SqlCompleter(SqlSession session) {
    this.session = session;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    if (names.isEmpty()) {
      // Flink reads every view for it, which nobody should wait for who only types.
      names = session.names();
    }
    String word = line.word().toLowerCase(Locale.ROOT);
    WORDS.stream()
        .filter(candidate -> candidate.toLowerCase(Locale.ROOT).startsWith(word))
        .forEach(candidate -> candidates.add(new Candidate(candidate)));
    names.stream()
        .filter(candidate -> candidate.toLowerCase(Locale.ROOT).startsWith(word))
        .forEach(candidate -> candidates.add(new Candidate(candidate)));
  }
}
