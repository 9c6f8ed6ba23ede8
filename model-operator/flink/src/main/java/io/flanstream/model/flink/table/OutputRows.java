package io.flanstream.model.flink.table;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;

/** Rows of a model's output: answers, and why there is none. */
final class OutputRows implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<String> columns;

  OutputRows(List<String> columns) {
    this.columns = List.copyOf(columns);
  }

  /** A row of values for the columns that are not about errors. */
  RowData answer(Object[] values) {
    GenericRowData row = new GenericRowData(columns.size());
    int next = 0;
    for (int i = 0; i < columns.size(); i++) {
      if (!isError(columns.get(i))) {
        row.setField(i, values[next++]);
      }
    }
    return row;
  }

  /** A row for a text that is null. */
  RowData nothing() {
    return new GenericRowData(columns.size());
  }

  RowData failure(RowError error) {
    GenericRowData row = new GenericRowData(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).equals(Columns.ERROR_CODE)) {
        row.setField(i, StringData.fromString(error.code()));
      } else if (columns.get(i).equals(Columns.ERROR_MESSAGE)) {
        row.setField(i, StringData.fromString(error.message()));
      }
    }
    return row;
  }

  private static boolean isError(String column) {
    return column.equals(Columns.ERROR_CODE) || column.equals(Columns.ERROR_MESSAGE);
  }
}
