package io.flanstream.jobs.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Which label was given for which.
 *
 * @param labels the labels, and null for none of them
 * @param counts how many texts with the label of the row got the label of the column
 */
record Confusion(List<String> labels, List<List<Integer>> counts) {
  /** How a report writes that there is no label. */
  static final String NONE = "no label";

  /**
   * One label for another.
   *
   * @param right the right one; null for none
   * @param given the one that the model gave; null for none
   * @param texts how often
   */
  record Mistake(String right, String given, int texts) {}

  /** Counts texts that have one label at most, and were given one at most. */
  static Confusion of(List<String> names, List<Measures.Pair<String>> pairs) {
    List<String> labels = new ArrayList<>(names);
    labels.add(null);
    int[][] counts = new int[labels.size()][labels.size()];
    for (Measures.Pair<String> pair : pairs) {
      counts[index(labels, pair.gold())][index(labels, pair.given())]++;
    }
    List<List<Integer>> rows = new ArrayList<>();
    for (int[] row : counts) {
      rows.add(Arrays.stream(row).boxed().toList());
    }
    return new Confusion(Collections.unmodifiableList(labels), rows);
  }

  private static int index(List<String> labels, Set<String> one) {
    return one.isEmpty() ? labels.size() - 1 : labels.indexOf(one.iterator().next());
  }

  /** What was mistaken for what, the most frequent first. */
  List<Mistake> mistakes() {
    List<Mistake> mistakes = new ArrayList<>();
    for (int row = 0; row < labels.size(); row++) {
      for (int column = 0; column < labels.size(); column++) {
        int texts = counts.get(row).get(column);
        if (row != column && texts > 0) {
          mistakes.add(new Mistake(labels.get(row), labels.get(column), texts));
        }
      }
    }
    mistakes.sort(Comparator.comparingInt(Mistake::texts).reversed());
    return mistakes;
  }

  static String shown(String label) {
    return label == null ? NONE : label;
  }
}
