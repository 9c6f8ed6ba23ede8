package io.flanstream.jobs.sql;

import java.io.PrintWriter;
import java.util.Locale;

/** How rows are shown. */
public enum ResultFormat {
  /** For people. */
  TABLE {
    @Override
    long write(SqlResult result, PrintWriter out) {
      return new TablePrinter(out).print(result);
    }
  },
  /** For people, a line for each value: rows that are too wide for a terminal. */
  EXPANDED {
    @Override
    long write(SqlResult result, PrintWriter out) {
      return new ExpandedPrinter(out).print(result);
    }
  },
  /** RFC 4180 with a header; null is empty, an empty string is quoted. */
  CSV {
    @Override
    long write(SqlResult result, PrintWriter out) {
      return new CsvPrinter(out).print(result);
    }
  },
  /** One JSON object a line. */
  JSON {
    @Override
    long write(SqlResult result, PrintWriter out) {
      return new JsonPrinter(out).print(result);
    }
  };

  /** Whether what has no rows says that it was done. */
  boolean isForPeople() {
    return this == TABLE || this == EXPANDED;
  }

  /** Writes all rows; how many there were. */
  abstract long write(SqlResult result, PrintWriter out);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
