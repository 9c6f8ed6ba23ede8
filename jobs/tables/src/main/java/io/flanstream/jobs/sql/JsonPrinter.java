package io.flanstream.jobs.sql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.types.Row;

/** Rows as JSON lines. */
record JsonPrinter(PrintWriter out) {

  long print(SqlResult result) {
    List<String> names = result.names();
    List<LogicalType> types = result.types();
    long count = 0;
    while (result.hasNext()) {
      Row row = result.next();
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      for (int i = 0; i < names.size(); i++) {
        json.set(names.get(i), SqlValues.EXACT.json(types.get(i), row.getField(i)));
      }
      out.print(SqlValues.line(json) + "\n");
      if (result.isEndless()) {
        out.flush();
      }
      count++;
    }
    out.flush();
    return count;
  }
}
