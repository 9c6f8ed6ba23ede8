package io.flanstream.jobs.sql;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.terminal.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  /** What people ask at the prompt, and no statement of SQL. */
  private static final Pattern DESCRIBE = Pattern.compile("\\\\d(?:\\s+(.+?))?\\s*");

  private final SqlSession session;
  private final SqlCompleter completer;
  private final Optional<String> pager;
  private volatile ResultFormat format;
  private final AtomicReference<RunningQuery> running = new AtomicReference<>();
  private volatile boolean stopped;
  private boolean paged;
  private ClusterClient cluster;
  private Terminal terminal;

  /** Prepares a prompt over a session. */
  public SqlPrompt(SqlSession session, ResultFormat format) {
    this(session, format, Style.isTerminal() ? Pager.command(System.getenv()) : Optional.empty());
  }

  /** Prepares a prompt that shows long results with a program. */
  SqlPrompt(SqlSession session, ResultFormat format, Optional<String> pager) {
    this.session = session;
    this.pager = pager;
    this.paged = pager.isPresent();
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
      String meant = PromptWords.meant(statement);
      switch (meant.toLowerCase(Locale.ROOT)) {
        case "quit", "exit" -> {
          return false;
        }
        case "help" -> out.print(PromptWords.HELP);
        case "\\x" -> show(format == ResultFormat.EXPANDED ? "table" : "expanded", out);
        case "\\format" -> show("", out);
        case "\\pager" -> page(out);
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

  private void query(String statement, PrintWriter out) {
    stopped = false;
    completer.forget();
    try {
      Matcher described = DESCRIBE.matcher(statement);
      SqlResult result =
          described.matches()
              ? session.describe(Optional.ofNullable(described.group(1)))
              : session.execute(statement);
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
    Optional<Pager> pages = pages(result, out);
    PrintWriter rows = pages.map(PrintWriter::new).orElse(out);
    QueryProgress progress = new QueryProgress(out, rows, () -> result.recordsRead(cluster));
    try (RunningQuery query = RunningQuery.start(result, format, progress.rows())) {
      running.set(query);
      if (stopped) {
        // Ctrl-C came while Flink took the query.
        stop();
      }
      query.await(progress::show);
    } catch (CancellationException e) {
      if (pages.isEmpty() || !pages.get().isLeft()) {
        throw e;
      }
    } finally {
      running.set(null);
      progress.end();
      pages.ifPresent(SqlPrompt::close);
    }
  }

  /** Pages for a result that ends, where people read it. */
  private Optional<Pager> pages(SqlResult result, PrintWriter out) {
    return result.isEndless() || !format.isForPeople() || !paged
        ? Optional.empty()
        : pager.map(
            program ->
                new Pager(program, out, terminal.getHeight(), terminal.getWidth(), this::stop));
  }

  private static void close(Pager pages) {
    try {
      pages.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Shows long results a page at a time from now on, or no longer. */
  private void page(PrintWriter out) {
    paged = !paged && pager.isPresent();
    out.println(
        Style.DIM.out(
            paged
                ? "Long results are shown by %s.".formatted(pager.get())
                : pager.isPresent()
                    ? "Long results are shown as they come."
                    : "There is no pager: PAGER names one."));
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
