package io.flanstream.jobs.sql;

import io.flanstream.jobs.terminal.Style;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * How far a query is: a line of the terminal that changes until the first row takes its place.
 * Thread-safe: one thread shows it, another writes rows.
 */
final class QueryProgress {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final String CLEAR = "\r\033[K";

  private final PrintWriter terminal;
  private final PrintWriter out;
  private final Supplier<OptionalLong> recordsRead;
  private final long begun = System.nanoTime();
  private boolean shown;
  private boolean ended;

  /**
   * Prepares the line.
   *
   * @param terminal where it is shown
   * @param out where rows go
   * @param recordsRead how many records the query's sources have read, where that is known
   */
  QueryProgress(PrintWriter terminal, PrintWriter out, Supplier<OptionalLong> recordsRead) {
    this.terminal = terminal;
    this.out = out;
    this.recordsRead = recordsRead;
  }

  /** Where rows are written: the first of them ends the line. */
  PrintWriter rows() {
    return new PrintWriter(new RowWriter(out));
  }

  /** Shows the line as it is now, but not at once: most queries need none. */
  void show() {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
    if (elapsed.compareTo(PATIENCE) < 0) {
      return;
    }
    OptionalLong read = recordsRead.get();
    String records =
        read.isPresent() ? String.format(Locale.ROOT, "   %,d records read", read.getAsLong()) : "";
    show("%s s%s".formatted(elapsed.toSeconds(), records));
  }

  private synchronized void show(String line) {
    if (!ended) {
      terminal.print(CLEAR + "  " + Style.DIM.out(line));
      terminal.flush();
      shown = true;
    }
  }

  /** Takes the line away for good. */
  synchronized void end() {
    if (shown && !ended) {
      terminal.print(CLEAR);
      terminal.flush();
    }
    ended = true;
  }

  /** Takes the line away before anything is written. */
  private final class RowWriter extends FilterWriter {
    RowWriter(Writer out) {
      super(out);
    }

    @Override
    public void write(int character) throws IOException {
      end();
      super.write(character);
    }

    @Override
    public void write(char[] characters, int offset, int length) throws IOException {
      end();
      super.write(characters, offset, length);
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
      end();
      super.write(text, offset, length);
    }
  }
}
