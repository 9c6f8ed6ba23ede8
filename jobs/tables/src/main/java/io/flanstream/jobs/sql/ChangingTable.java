package io.flanstream.jobs.sql;

import io.flanstream.jobs.terminal.Style;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

/**
 * The rows of a query whose rows replace others, as they are now: a table on a terminal that is
 * drawn again in its place. Thread-safe: one thread reads rows, another draws them.
 */
final class ChangingTable {
  private static final int AROUND = 5;
  private static final int FEWEST = 5;

  private final SqlResult result;
  private final PrintWriter terminal;
  private final int most;
  private final List<String> names;
  private final List<LogicalType> types;
  private final List<List<String>> rows = new ArrayList<>();
  private long changes;
  private int replaced = -1;
  private boolean changed = true;
  private int drawn;

  /**
   * Prepares the table.
   *
   * @param result changes, their kinds in the first column
   * @param terminal where it is drawn
   * @param height how many lines the terminal has
   */
  ChangingTable(SqlResult result, PrintWriter terminal, int height) {
    this.result = result;
    this.terminal = terminal;
    this.most = Math.max(FEWEST, height - AROUND);
    this.names = result.names().subList(1, result.names().size());
    this.types = result.types().subList(1, result.types().size());
  }

  /** Takes all changes; how many rows there are when no more come. */
  long read() {
    while (result.hasNext()) {
      Row change = result.next();
      Row row = new Row(types.size());
      for (int i = 0; i < types.size(); i++) {
        row.setField(i, change.getField(i + 1));
      }
      apply(change.getKind(), TablePrinter.cells(types, row));
    }
    return rows.size();
  }

  private synchronized void apply(RowKind kind, List<String> row) {
    changes++;
    changed = true;
    if (kind == RowKind.INSERT || kind == RowKind.UPDATE_AFTER) {
      // What replaces a row takes its place.
      rows.add(replaced < 0 ? rows.size() : replaced, row);
      replaced = -1;
    } else {
      int at = rows.lastIndexOf(row);
      if (at >= 0) {
        rows.remove(at);
      }
      replaced = kind == RowKind.UPDATE_BEFORE ? at : -1;
    }
  }

  /** Draws what has changed. */
  synchronized void draw() {
    if (!changed || changes == 0 || replaced >= 0) {
      return;
    }
    changed = false;
    List<List<String>> shown = rows.subList(Math.max(0, rows.size() - most), rows.size());
    int[] widths = TablePrinter.widths(names, shown, result.columnWidth());
    TablePrinter.fitted(widths);
    StringBuilder lines = new StringBuilder(drawn > 0 ? "\033[%sF\033[J".formatted(drawn) : "");
    lines.append(Style.BOLD.out(TablePrinter.joined(names, types, widths))).append('\n');
    lines.append(Style.DIM.out(TablePrinter.rule(widths))).append('\n');
    shown.forEach(row -> lines.append(TablePrinter.joined(row, types, widths)).append('\n'));
    lines.append(said(shown.size())).append('\n');
    drawn = shown.size() + 3;
    terminal.print(lines);
    terminal.flush();
  }

  private String said(int shown) {
    String last = shown < rows.size() ? String.format(Locale.ROOT, ", the last %,d", shown) : "";
    return Style.DIM.out(
        String.format(
            Locale.ROOT, "%s%s, %,d changes", TablePrinter.counted(rows.size()), last, changes));
  }
}
