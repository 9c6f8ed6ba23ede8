package io.flanstream.jdbc;

import java.sql.SQLException;

/** Where the rows of a result come from. */
interface RowSource {

  /** The next row, or null where there is no more; waits for it. */
  Object[] next() throws SQLException;

  /** Reads no more. */
  void close() throws SQLException;
}
