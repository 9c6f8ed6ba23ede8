package io.flanstream.model.task;

import java.util.ArrayList;
import java.util.List;

/** The rules that a generation task keeps by itself. */
final class GenerationRules {
  private final String path;
  private final List<TaskViolation> faults = new ArrayList<>();

  private GenerationRules(String path) {
    this.path = path;
  }

  static List<TaskViolation> faults(GenerationTask task, String path) {
    GenerationRules rules = new GenerationRules(path);
    GenerationTemplate template = new GenerationTemplate(task.template());
    rules.check(
        template.texts() <= 1, "template", "must have {text} at most once", template.texts());
    rules.check(
        !template.places().isEmpty(),
        "template",
        "must have {text} or the name of another task in braces",
        "\"" + task.template() + "\"");
    rules.check(
        task.answerAfter() == null || !task.answerAfter().isBlank(),
        "answer-after",
        "must not be blank",
        "\"" + task.answerAfter() + "\"");
    rules.decoding(task.decoding());
    return rules.faults;
  }

  private void decoding(Decoding decoding) {
    int most = decoding.maxNewTokens();
    int least = decoding.minNewTokens();
    check(most >= 1, "max-new-tokens", "must be at least 1", most);
    check(least >= 0, "min-new-tokens", "must be at least 0", least);
    check(
        most < 1 || least <= most,
        "min-new-tokens",
        "must be at most max-new-tokens = " + most,
        least);
    double penalty = decoding.repetitionPenalty();
    check(
        penalty > 0 && Double.isFinite(penalty), "repetition-penalty", "must be above 0", penalty);
    int size = decoding.noRepeatNgramSize();
    check(size >= 0, "no-repeat-ngram-size", "must be at least 0", size);
    for (String stop : decoding.stopStrings()) {
      check(!stop.isEmpty(), "stop-strings", "must not be empty", "\"\"");
    }
  }

  private void check(boolean holds, String name, String rule, Object value) {
    if (!holds) {
      faults.add(new TaskViolation(path + "." + name, rule, String.valueOf(value)));
    }
  }
}
