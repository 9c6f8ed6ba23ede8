package io.flanstream.jobs.cli;

import io.flanstream.model.Choices;
import io.flanstream.model.TextModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Choices by their texts: lines with the same choices share one set, and with it the decoder's
 * work. The sets used last are kept.
 */
final class ChoiceSets {
  private static final int KEPT = 1000;

  private final TextModel model;
  private final Map<List<String>, Choices> sets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<String>, Choices> eldest) {
          return size() > KEPT;
        }
      };

  ChoiceSets(TextModel model) {
    this.model = model;
  }

  Choices get(List<String> texts) {
    return sets.computeIfAbsent(texts, model::choices);
  }
}
