package io.flanstream.jobs.sql;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** {@link TestingQueries} asked together, and the rows of each. */
final class TestingQueryBatch {
  private static final double TOLERANCE = 1e-9;

  private TestingQueryBatch() {}

  /** Many queries in one, each with its number. */
  static String together(List<String> queries, String text) {
    return String.join(
        "\nUNION ALL\n",
        IntStream.range(0, queries.size())
            .mapToObj(
                i ->
                    "SELECT %s AS q, CAST(k AS %s) AS k, CAST(d AS DOUBLE) AS d, CAST(n AS BIGINT) AS n FROM (%s)"
                        .formatted(i, text, queries.get(i)))
            .toList());
  }

  /** Rows without the numbers of their queries, in an order of their own. */
  static Map<Long, List<List<Object>>> grouped(List<List<Object>> rows) {
    Map<Long, List<List<Object>>> grouped = new TreeMap<>();
    for (List<Object> row : rows) {
      grouped
          .computeIfAbsent(((Number) row.get(0)).longValue(), unused -> new ArrayList<>())
          .add(row.subList(1, row.size()));
    }
    Comparator<List<Object>> order =
        Comparator.comparing((List<Object> row) -> String.valueOf(row.get(0)))
            .thenComparing(row -> String.valueOf(row.get(2)))
            .thenComparing(
                row -> row.get(1) == null ? Double.NEGATIVE_INFINITY : (Double) row.get(1));
    grouped.values().forEach(list -> list.sort(order));
    return grouped;
  }

  /** Whether rows are equal, but for the last digits of doubles. */
  static boolean same(List<List<Object>> expected, List<List<Object>> found) {
    if (expected.size() != found.size()) {
      return false;
    }
    for (int i = 0; i < expected.size(); i++) {
      List<Object> one = expected.get(i);
      List<Object> other = found.get(i);
      Double d = (Double) one.get(1);
      Double e = (Double) other.get(1);
      boolean close =
          (d == null || e == null)
              ? Objects.equals(d, e)
              : Math.abs(d - e) <= TOLERANCE * Math.max(1, Math.abs(d));
      if (!close
          || !Objects.equals(one.get(0), other.get(0))
          || !Objects.equals(one.get(2), other.get(2))) {
        return false;
      }
    }
    return true;
  }

  /** Whether rows so far are all that a result that does not end will have. */
  static boolean isDone(
      List<List<Object>> rows, long size, Map<Long, List<List<Object>>> endsWith) {
    if (rows.size() != size) {
      return false;
    }
    Map<Long, List<List<Object>>> now = grouped(rows);
    return now.keySet().equals(endsWith.keySet())
        && now.entrySet().stream()
            .allMatch(entry -> same(endsWith.get(entry.getKey()), entry.getValue()));
  }
}
