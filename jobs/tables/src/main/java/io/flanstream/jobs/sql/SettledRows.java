package io.flanstream.jobs.sql;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;

/**
 * What is left of changes when no more come, in the order in which it came. All of it is held. One
 * thread only.
 */
final class SettledRows implements CloseableIterator<Row> {
  private final CloseableIterator<Row> changes;
  private Iterator<Row> rows;

  /**
   * Reads nothing yet.
   *
   * @param changes which are closed with this
   */
  SettledRows(CloseableIterator<Row> changes) {
    this.changes = changes;
  }

  @Override
  public boolean hasNext() {
    if (rows == null) {
      rows = settle();
    }
    return rows.hasNext();
  }

  @Override
  public Row next() {
    if (rows == null) {
      rows = settle();
    }
    return rows.next();
  }

  private Iterator<Row> settle() {
    Map<Row, Integer> left = new LinkedHashMap<>();
    while (changes.hasNext()) {
      Row row = changes.next();
      boolean adds = row.getKind() == RowKind.INSERT || row.getKind() == RowKind.UPDATE_AFTER;
      row.setKind(RowKind.INSERT);
      left.merge(row, adds ? 1 : -1, (a, b) -> a + b == 0 ? null : a + b);
    }
    return left.entrySet().stream()
        .flatMap(row -> Collections.nCopies(row.getValue(), row.getKey()).stream())
        .iterator();
  }

  @Override
  public void close() {
    try {
      changes.close();
    } catch (Exception e) {
      throw SqlException.of(e);
    }
  }
}
