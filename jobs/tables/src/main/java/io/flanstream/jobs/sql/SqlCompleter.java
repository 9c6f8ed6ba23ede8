package io.flanstream.jobs.sql;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Offers statements, databases, tables, columns, models and functions. */
final class SqlCompleter implements Completer {
  private final SqlSession session;
  private List<String> names = List.of();

  SqlCompleter(SqlSession session) {
    this.session = session;
  }

  /** A statement may have changed what there is. */
  void forget() {
    names = List.of();
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    if (line.words().get(0).equalsIgnoreCase("USE")) {
      offer(session.databases(), line.word(), candidates);
      return;
    }
    if (names.isEmpty()) {
      // Flink reads every view for it, which nobody should wait for who only types.
      names =
          Stream.concat(session.names().stream(), session.others().stream()).distinct().toList();
    }
    offer(SqlWords.STATEMENTS, line.word(), candidates);
    offer(names, line.word(), candidates);
  }

  private static void offer(List<String> words, String begun, List<Candidate> candidates) {
    String word = begun.replace("`", "").toLowerCase(Locale.ROOT);
    words.stream()
        .filter(candidate -> candidate.toLowerCase(Locale.ROOT).startsWith(word))
        .map(
            candidate ->
                SqlHints.isReserved(candidate)
                        && !candidate.equals(candidate.toUpperCase(Locale.ROOT))
                    ? "`" + candidate + "`"
                    : candidate)
        .forEach(candidate -> candidates.add(new Candidate(candidate)));
  }
}
