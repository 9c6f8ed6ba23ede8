package io.flanstream.jobs.eval;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * How well several things are found.
 *
 * @param macroF1 mean of their F1, each counted once; those that neither occur nor were given do
 *     not count
 * @param all all of them taken together: precision, recall and F1 are the micro average
 * @param each each of them
 */
record Measures(double macroF1, Measure all, List<Measure> each) {

  /**
   * What is right for a text, and what the model gave.
   *
   * @param gold what is right
   * @param given what the model gave
   * @param <T> labels or spans
   */
  record Pair<T>(Set<T> gold, Set<T> given) {}

  /**
   * Counts.
   *
   * @param names names of all things
   * @param pairs right and given things
   * @param nameOf name of a thing
   * @param <T> what they are
   */
  static <T> Measures of(List<String> names, List<Pair<T>> pairs, Function<T, String> nameOf) {
    Map<String, Integer> support = new TreeMap<>();
    Map<String, Integer> given = new TreeMap<>();
    Map<String, Integer> right = new TreeMap<>();
    for (Pair<T> pair : pairs) {
      pair.gold().forEach(thing -> support.merge(nameOf.apply(thing), 1, Integer::sum));
      for (T thing : pair.given()) {
        given.merge(nameOf.apply(thing), 1, Integer::sum);
        if (pair.gold().contains(thing)) {
          right.merge(nameOf.apply(thing), 1, Integer::sum);
        }
      }
    }
    List<Measure> each =
        names.stream()
            .map(
                name ->
                    Measure.of(
                        name,
                        support.getOrDefault(name, 0),
                        given.getOrDefault(name, 0),
                        right.getOrDefault(name, 0)))
            .toList();
    return new Measures(
        each.stream().filter(Measure::occurs).mapToDouble(Measure::f1).average().orElse(0),
        Measure.of("all", sum(support), sum(given), sum(right)),
        each);
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
