package io.flanstream.model.flink.table;

/** A row that has no answer, where a query is to fail then; says which row it is. */
final class RowFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RowFailedException(String row, RowError error) {
    super("Cannot answer row %s: %s".formatted(row, error.message()));
  }
}
