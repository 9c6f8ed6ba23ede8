package io.flanstream.jobs.sql;

import io.flanstream.jobs.terminal.Style;
import io.flanstream.jobs.terminal.TextWidth;
import java.io.PrintWriter;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.types.Row;

/**
 * Rows in columns, for people.
 *
 * <p>The first rows decide the widths, so that a long result is shown while it comes.
 */
record TablePrinter(PrintWriter out) {
  private static final int SAMPLE = 500;
  private static final int NARROWEST = 8;
  private static final int USUAL = 20;
  private static final String GAP = "  ";
  private static final String RULE = "─";

  long print(SqlResult result) {
    if (result.isText()) {
      return text(result);
    }
    List<String> names = result.names();
    List<LogicalType> types = result.types();
    List<List<String>> sample = new ArrayList<>();
    int wanted = result.isEndless() ? 1 : SAMPLE;
    while (sample.size() < wanted && result.hasNext()) {
      sample.add(cells(types, result.next()));
    }
    int[] widths = widths(names, sample, result.columnWidth());
    if (result.isEndless()) {
      widen(widths, types);
    }
    fitted(widths);
    header(names, types, widths);
    sample.forEach(row -> line(row, types, widths));
    long count = sample.size();
    while (flushed(result).hasNext()) {
      line(cells(types, result.next()), types, widths);
      count++;
    }
    out.println(rows(count));
    out.flush();
    return count;
  }

  /** How many rows there were. */
  static String rows(long count) {
    return Style.DIM.out(counted(count));
  }

  static String counted(long count) {
    return count == 1 ? "1 row" : String.format(Locale.ROOT, "%,d rows", count);
  }

  /** A plan or a statement has lines of its own. */
  private long text(SqlResult result) {
    long count = 0;
    while (result.hasNext()) {
      out.println(result.next().getField(0));
      count++;
    }
    out.flush();
    return count;
  }

  static int[] widths(List<String> names, List<List<String>> rows, int widest) {
    int[] widths = names.stream().mapToInt(TextWidth::of).toArray();
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], TextWidth.of(row.get(i)));
        widths[i] = Style.isTerminal() ? Math.min(widest, widths[i]) : widths[i];
      }
    }
    return widths;
  }

  /** Whoever waits for the next row of an endless result sees all before it. */
  private SqlResult flushed(SqlResult result) {
    if (result.isEndless()) {
      out.flush();
    }
    return result;
  }

  /** One row says little of the next: text, except what a row does, gets some room. */
  private static void widen(int[] widths, List<LogicalType> types) {
    for (int i = 1; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], SqlValues.isNumber(types.get(i)) ? NARROWEST : USUAL);
    }
  }

  /** Takes from the widest until a row fits on the terminal. */
  static void fitted(int[] widths) {
    int room = Style.columns() - GAP.length() * (widths.length - 1);
    while (Style.isTerminal() && Arrays.stream(widths).sum() > room) {
      int widest =
          IntStream.range(0, widths.length).reduce(0, (a, b) -> widths[a] < widths[b] ? b : a);
      if (widths[widest] <= NARROWEST) {
        break;
      }
      widths[widest]--;
    }
  }

  private void header(List<String> names, List<LogicalType> types, int[] widths) {
    out.println(Style.BOLD.out(joined(names, types, widths)));
    out.println(Style.DIM.out(rule(widths)));
  }

  static String rule(int[] widths) {
    return Arrays.stream(widths).mapToObj(RULE::repeat).collect(Collectors.joining(GAP));
  }

  private void line(List<String> cells, List<LogicalType> types, int[] widths) {
    out.println(joined(cells, types, widths));
  }

  static String joined(List<String> cells, List<LogicalType> types, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = TextWidth.fit(cells.get(i), widths[i]);
      boolean right = SqlValues.isNumber(types.get(i));
      line.append(i == 0 ? "" : GAP)
          .append(right ? TextWidth.right(cell, widths[i]) : TextWidth.left(cell, widths[i]));
    }
    return line.toString().stripTrailing();
  }

  static List<String> cells(List<LogicalType> types, Row row) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      cells.add(TextWidth.oneLine(cell(types.get(i), row.getField(i))));
    }
    return cells;
  }

  /** A value as people read it. */
  static String cell(LogicalType type, Object value) {
    if (value == null) {
      return "NULL";
    }
    if (value instanceof LocalDateTime time) {
      return time.toLocalDate() + " " + time.toLocalTime();
    }
    return SqlValues.READABLE.text(type, value);
  }
}
