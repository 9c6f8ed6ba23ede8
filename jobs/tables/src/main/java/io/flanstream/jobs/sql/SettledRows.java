package io.flanstream.jobs.sql;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;

/**
 * What is left of changes when no more come, in the order in which it came. All of it is held. One
 * thread only.
 *
 * @param <T> type of the rows
 */
final class SettledRows<T> implements CloseableIterator<T> {
  private final CloseableIterator<T> changes;
  private final Function<T, RowKind> kinds;
  private final BiConsumer<T, RowKind> change;
  private final Supplier<CloseableIterator<T>> ifNone;
  private CloseableIterator<T> others = CloseableIterator.empty();
  private Iterator<T> rows;

  private SettledRows(
      CloseableIterator<T> changes,
      Function<T, RowKind> kinds,
      BiConsumer<T, RowKind> change,
      Supplier<CloseableIterator<T>> ifNone) {
    this.changes = changes;
    this.kinds = kinds;
    this.change = change;
    this.ifNone = ifNone;
  }

  /**
   * Reads nothing yet.
   *
   * @param changes which are closed with this
   * @param ifNone the rows where nothing is left, which are closed with this, too
   */
  static SettledRows<Row> of(
      CloseableIterator<Row> changes, Supplier<CloseableIterator<Row>> ifNone) {
    return new SettledRows<>(changes, Row::getKind, Row::setKind, ifNone);
  }

  /** The same of rows as Flink has them. */
  static SettledRows<RowData> ofData(
      CloseableIterator<RowData> changes, Supplier<CloseableIterator<RowData>> ifNone) {
    return new SettledRows<>(changes, RowData::getRowKind, RowData::setRowKind, ifNone);
  }

  @Override
  public boolean hasNext() {
    if (rows == null) {
      rows = settle();
    }
    return rows.hasNext();
  }

  @Override
  public T next() {
    if (rows == null) {
      rows = settle();
    }
    return rows.next();
  }

  private Iterator<T> settle() {
    Map<T, Integer> left = new LinkedHashMap<>();
    while (changes.hasNext()) {
      T row = changes.next();
      RowKind kind = kinds.apply(row);
      boolean adds = kind == RowKind.INSERT || kind == RowKind.UPDATE_AFTER;
      change.accept(row, RowKind.INSERT);
      left.merge(row, adds ? 1 : -1, (a, b) -> a + b == 0 ? null : a + b);
    }
    if (left.isEmpty()) {
      others = ifNone.get();
      return others;
    }
    return left.entrySet().stream()
        .flatMap(row -> Collections.nCopies(row.getValue(), row.getKey()).stream())
        .iterator();
  }

  @Override
  public void close() {
    try (changes) {
      others.close();
    } catch (Exception e) {
      throw SqlException.of(e);
    }
  }
}
