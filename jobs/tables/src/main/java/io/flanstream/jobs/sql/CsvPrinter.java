package io.flanstream.jobs.sql;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.types.Row;

/** Rows as CSV. */
record CsvPrinter(PrintWriter out) {

  long print(SqlResult result) {
    List<LogicalType> types = result.types();
    // Until the first row has come, the terminal says how far the query is.
    boolean more = result.hasNext();
    line(result.names().stream().map(CsvPrinter::quoted).toList());
    long count = 0;
    for (; more; more = result.hasNext()) {
      Row row = result.next();
      line(
          IntStream.range(0, types.size())
              .mapToObj(i -> cell(types.get(i), row.getField(i)))
              .toList());
      if (result.isEndless()) {
        out.flush();
      }
      count++;
    }
    out.flush();
    return count;
  }

  private void line(List<String> cells) {
    out.print(cells.stream().collect(Collectors.joining(",", "", "\r\n")));
  }

  private static String cell(LogicalType type, Object value) {
    if (value == null) {
      return "";
    }
    return quoted(SqlValues.EXACT.text(type, value));
  }

  private static String quoted(String text) {
    boolean plain =
        !text.isEmpty() && text.chars().noneMatch(character -> ",\"\r\n".indexOf(character) >= 0);
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
