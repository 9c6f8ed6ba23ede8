package io.flanstream.operators.serialize;

import io.flanstream.schemas.Classification;
import io.flanstream.schemas.EnrichedEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Whether nearly all of the first answers of a task are one label with a high score, as those of a
 * model are that does not know the labels. One thread at a time.
 */
final class OneLabel {
  private static final int ANSWERS = 200;
  private static final double SHARE = 0.95;
  private static final double SCORE = 0.9;

  private final Map<String, Map<String, Double>> scores = new HashMap<>();
  private final Map<String, Map<String, Integer>> counts = new HashMap<>();
  private int events;

  /** What is to be said of which task, once as many events as are looked at have been added. */
  Map<String, String> add(EnrichedEvent event) {
    if (events >= ANSWERS) {
      return Map.of();
    }
    events++;
    Set<String> seen = new HashSet<>();
    for (Classification row : event.getClassifications()) {
      if (seen.add(row.getTask()) && !row.getAbstained()) {
        counts
            .computeIfAbsent(row.getTask(), task -> new HashMap<>())
            .merge(row.getLabel(), 1, Integer::sum);
        scores
            .computeIfAbsent(row.getTask(), task -> new HashMap<>())
            .merge(row.getLabel(), row.getScore(), Double::sum);
      }
    }
    return events < ANSWERS ? Map.of() : notices();
  }

  private Map<String, String> notices() {
    Map<String, String> notices = new LinkedHashMap<>();
    counts.forEach(
        (task, labels) ->
            labels.forEach(
                (label, count) -> {
                  double score = scores.get(task).get(label) / count;
                  if (count > SHARE * ANSWERS && score >= SCORE) {
                    notices.put(
                        task,
                        String.format(
                            Locale.ROOT,
                            "task %s: %s of the first %s texts are \"%s\", with %.2f on average; where"
                                + " they are not all alike, the model does not know these labels",
                            task,
                            count,
                            ANSWERS,
                            label,
                            score));
                  }
                }));
    return notices;
  }
}
