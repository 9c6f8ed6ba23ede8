package io.flanstream.jobs.terminal;

import java.io.PrintWriter;
import java.util.List;

/**
 * A table of cells whose columns are as wide as their widest cell.
 *
 * @param textColumns the first columns are text, the others numbers
 * @param rows the rows, the first of which is the header
 */
public record TextTable(int textColumns, List<List<String>> rows) {
  private static final String GAP = "  ";

  /** Prints the rows. */
  public void print(PrintWriter out) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], TextWidth.of(row.get(i)));
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(GAP)
            .append(
                i < textColumns
                    ? TextWidth.left(row.get(i), widths[i])
                    : TextWidth.right(row.get(i), widths[i]));
      }
      String shown = line.toString().stripTrailing();
      out.println(row == rows.get(0) ? Style.DIM.out(shown) : shown);
    }
  }
}
