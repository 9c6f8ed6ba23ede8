package io.flanstream.jobs.sql;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.terminal.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp;

/** A prompt for statements: with history, over several lines, until {@code quit}. */
public final class SqlPrompt {
  private static final String HELP =
      """
      A statement may take several lines and ends with a semicolon.

        \\d                      what tables and views there are
        \\d enriched             columns of one, and what is nested in them
        \\x                      rows as lists of values, and as tables again
        \\format FORMAT          table, expanded, csv or json
        \\?, help                this
        \\q, quit                leave; so does Ctrl-D

      SHOW DATABASES;           snapshot ends with what is committed, live goes on, history has
                                what was kept; USE live; changes to one
      SHOW FUNCTIONS; AI_CLASSIFY, AI_EXTRACT, AI_MASK and AI_GENERATE ask the pipeline's
                                model about a row, CREATE MODEL and ML_PREDICT(TABLE t,
                                MODEL m, DESCRIPTOR(`text`)) about a table.

      SET 'execution.runtime-mode' = 'streaming'; and USE live; show what comes.
      SET 'sql-client.execution.result-mode' = 'changelog'; shows every change, with what it does,
                                where a table would be drawn again in its place.
      SET 'sql-client.display.max-column-width' = '120'; makes columns wider than 60.
      SET 'table.local-time-zone' = 'Europe/Berlin'; shows instants in that zone.
      Ctrl-C stops a query that runs, or clears the line.
      date, time, value, start and end are SQL's own words: write `date`, `value`.
      """;

  private final SqlSession session;
  private final SqlCompleter completer;
  private volatile ResultFormat format;
  private final AtomicReference<RunningQuery> running = new AtomicReference<>();
  private volatile boolean stopped;
  private ClusterClient cluster;
  private Terminal terminal;

  /** Prepares a prompt over a session. */
  public SqlPrompt(SqlSession session, ResultFormat format) {
    this.session = session;
    this.completer = new SqlCompleter(session);
    this.format = format;
  }

  /** Reads and answers statements until the person leaves. */
  public void run(Path history) throws IOException {
    try (Terminal terminal = TerminalBuilder.builder().name("flanstream").build()) {
      run(terminal, history);
    }
  }

  void run(Terminal on, Path history) throws IOException {
    terminal = on;
    Files.createDirectories(history.toAbsolutePath().getParent());
    terminal.handle(Terminal.Signal.INT, signal -> stop());
    LineReader reader = reader(terminal, history);
    terminal.writer().println("Tables: " + String.join(", ", session.tables()));
    terminal.writer().println(Style.DIM.out("Statements end with a semicolon; help says more."));
    try (ClusterClient opened = session.cluster()) {
      cluster = opened;
      while (answer(reader, terminal.writer())) {
        terminal.writer().flush();
      }
    }
  }

  private LineReader reader(Terminal terminal, Path history) {
    return LineReaderBuilder.builder()
        .terminal(terminal)
        .parser(new StatementParser())
        .completer(completer)
        .variable(LineReader.HISTORY_FILE, history)
        .variable(LineReader.SECONDARY_PROMPT_PATTERN, Style.DIM.out("  ... "))
        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
        .build();
  }

  /** Whether to go on. */
  private boolean answer(LineReader reader, PrintWriter out) {
    String text;
    try {
      text = reader.readLine(Style.CYAN.out("sql> ")).strip();
    } catch (UserInterruptException e) {
      return true;
    } catch (EndOfFileException e) {
      return false;
    }
    for (String statement : Statements.split(text).all()) {
      String meant = meant(statement);
      switch (meant.toLowerCase(Locale.ROOT)) {
        case "quit", "exit" -> {
          return false;
        }
        case "help" -> out.print(HELP);
        case "\\x" -> show(format == ResultFormat.EXPANDED ? "table" : "expanded", out);
        case "\\format" -> show("", out);
        default -> {
          if (meant.startsWith("\\format ")) {
            show(meant.substring("\\format ".length()).strip(), out);
          } else {
            query(meant, out);
          }
        }
      }
    }
    return true;
  }

  /** Shows rows in another format from now on. */
  private void show(String name, PrintWriter out) {
    List<ResultFormat> formats = List.of(ResultFormat.values());
    Optional<ResultFormat> found =
        formats.stream().filter(one -> one.toString().equalsIgnoreCase(name)).findFirst();
    found.ifPresent(one -> format = one);
    out.println(
        found.isPresent()
            ? Style.DIM.out("Rows are shown as %s.".formatted(format))
            : Style.RED.out(
                "Cannot change format: it must be one of %s, got %s".formatted(formats, name)));
  }

  /** The statement, or the one that a word after a backslash stands for. */
  private static String meant(String statement) {
    String[] words = statement.split("\\s+", 2);
    return switch (words[0]) {
      case "\\q" -> "quit";
      case "\\?" -> "help";
      case "\\d" -> words.length == 1 ? "SHOW TABLES" : "DESCRIBE " + words[1];
      default -> statement;
    };
  }

  private void query(String statement, PrintWriter out) {
    stopped = false;
    completer.forget();
    try {
      SqlResult result = session.execute(statement);
      if (result.isEndless()
          && format == ResultFormat.TABLE
          && terminal.getStringCapability(InfoCmp.Capability.cursor_up) != null
          && session.isShownInPlace(statement)) {
        change(result, out);
      } else {
        show(result, out);
      }
    } catch (SqlException e) {
      out.println(Style.RED.out(e.getMessage()));
    } catch (CancellationException e) {
      out.println(Style.DIM.out("Stopped."));
    }
  }

  private void show(SqlResult result, PrintWriter out) {
    QueryProgress progress = new QueryProgress(out, out, () -> result.recordsRead(cluster));
    try (RunningQuery query = RunningQuery.start(result, format, progress.rows())) {
      running.set(query);
      if (stopped) {
        // Ctrl-C came while Flink took the query.
        stop();
      }
      query.await(progress::show);
    } finally {
      running.set(null);
      progress.end();
    }
  }

  /** Shows the rows of a query as they are now, until it is stopped. */
  private void change(SqlResult result, PrintWriter out) {
    ChangingTable table = new ChangingTable(result, out, terminal.getHeight());
    try (RunningQuery query = RunningQuery.start(result, table::read)) {
      running.set(query);
      if (stopped) {
        stop();
      }
      query.await(table::draw);
    } finally {
      running.set(null);
      table.draw();
    }
  }

  private void stop() {
    stopped = true;
    RunningQuery query = running.get();
    if (query != null) {
      query.close();
    }
  }

  /** A line is whole when a semicolon ends it, or when it is a word of the prompt's own. */
  private static final class StatementParser implements Parser {
    private static final List<String> WORDS = List.of("help", "quit", "exit", "");
    private final DefaultParser words = new DefaultParser();

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
      boolean whole =
          WORDS.contains(line.strip().toLowerCase(Locale.ROOT))
              || line.strip().startsWith("\\")
              || Statements.split(line).rest().isEmpty();
      if (context == ParseContext.ACCEPT_LINE && !whole) {
        throw new EOFError(-1, -1, "a semicolon is missing");
      }
      words.setQuoteChars(new char[0]);
      words.setEscapeChars(new char[0]);
      return words.parse(line, cursor, context);
    }
  }
}
