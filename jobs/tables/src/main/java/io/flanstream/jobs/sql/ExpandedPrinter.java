package io.flanstream.jobs.sql;

import io.flanstream.jobs.terminal.Style;
import io.flanstream.jobs.terminal.TextWidth;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.types.Row;

/** Rows one below the other, a line for each value, which is whole. */
record ExpandedPrinter(PrintWriter out) {

  long print(SqlResult result) {
    if (result.isText()) {
      return new TablePrinter(out).print(result);
    }
    List<String> names = result.names();
    List<LogicalType> types = result.types();
    int width = names.stream().mapToInt(TextWidth::of).max().orElse(0);
    long count = 0;
    while (result.hasNext()) {
      Row row = result.next();
      count++;
      out.println(Style.DIM.out(String.format(Locale.ROOT, "── row %,d ──", count)));
      for (int i = 0; i < names.size(); i++) {
        String value = TablePrinter.cell(types.get(i), row.getField(i));
        // What follows the first line of a text is below it.
        out.println(
            TextWidth.left(names.get(i), width)
                + "  "
                + value.replace("\n", "\n" + " ".repeat(width + 2)));
      }
      if (result.isEndless()) {
        out.flush();
      }
    }
    out.println(TablePrinter.rows(count));
    out.flush();
    return count;
  }
}
