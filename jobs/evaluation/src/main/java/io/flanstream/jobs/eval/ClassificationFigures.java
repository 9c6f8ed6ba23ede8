package io.flanstream.jobs.eval;

import io.flanstream.jobs.eval.CalibrationError.Guess;
import io.flanstream.jobs.eval.Measures.Pair;
import io.flanstream.model.task.ClassificationTask;
import io.flanstream.model.task.ClassificationTask.MultiLabel;
import io.flanstream.model.task.Label;
import io.flanstream.schemas.Alternative;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How well labels were chosen.
 *
 * @param task name of the task
 * @param multiLabel whether a text may have several
 * @param texts texts that have a right answer, which may be that no label fits
 * @param failed of these, those for which the task failed
 * @param labelled texts that have a label
 * @param right of these, those that got exactly their labels
 * @param accuracy the part of them
 * @param abstention texts without a label
 * @param measures how well each label is chosen, over all texts
 * @param confusion which label was given for which; null where a text may have several
 * @param calibration of the best label, accepted or not, over the texts that have a label; where a
 *     text may have several, of every accepted one
 * @param mistakes wrong answers, the surest first
 */
record ClassificationFigures(
    String task,
    boolean multiLabel,
    int texts,
    int failed,
    int labelled,
    int right,
    double accuracy,
    Abstention abstention,
    Measures measures,
    Confusion confusion,
    CalibrationError calibration,
    List<Mistake> mistakes)
    implements CountedFigures {

  /**
   * How often there was no label.
   *
   * @param labelled texts that have a label and got none
   * @param unlabelled texts that have none
   * @param right of these, those that got none
   * @param accuracyOfAnswered right of the texts that have a label and got one
   */
  record Abstention(int labelled, int unlabelled, int right, double accuracyOfAnswered) {}

  static ClassificationFigures of(ClassificationTask task, List<Answer> all) {
    String name = task.name();
    boolean several = task.multiLabel() != MultiLabel.OFF;
    List<Answer> answers =
        all.stream().filter(answer -> answer.text().gold().labels().containsKey(name)).toList();
    List<Pair<String>> pairs = answers.stream().map(answer -> pair(answer, name)).toList();
    List<Pair<String>> labelled = pairs.stream().filter(pair -> !pair.gold().isEmpty()).toList();
    List<Pair<String>> unlabelled = pairs.stream().filter(pair -> pair.gold().isEmpty()).toList();
    int right = count(labelled, pair -> pair.gold().equals(pair.given()));
    int silent = count(labelled, pair -> pair.given().isEmpty());
    List<String> names = task.labels().stream().map(Label::name).toList();
    return new ClassificationFigures(
        name,
        several,
        answers.size(),
        (int) answers.stream().filter(answer -> answer.hasFailed(name)).count(),
        labelled.size(),
        right,
        Measure.ratio(right, labelled.size()),
        new Abstention(
            silent,
            unlabelled.size(),
            count(unlabelled, pair -> pair.given().isEmpty()),
            Measure.ratio(right, labelled.size() - silent)),
        Measures.of(names, pairs, Function.identity()),
        several ? null : Confusion.of(names, pairs),
        CalibrationError.of(
            answers.stream()
                .flatMap(answer -> several ? accepted(answer, name) : best(answer, name))
                .toList()),
        mistakes(answers, name));
  }

  private static Pair<String> pair(Answer answer, String task) {
    return new Pair<>(gold(answer, task), answer.labels(task).keySet());
  }

  private static Set<String> gold(Answer answer, String task) {
    return answer.text().gold().labels().get(task);
  }

  private static int count(List<Pair<String>> pairs, Predicate<Pair<String>> fitting) {
    return (int) pairs.stream().filter(fitting).count();
  }

  private static Stream<Guess> best(Answer answer, String task) {
    Set<String> gold = gold(answer, task);
    if (gold.isEmpty()) {
      return Stream.empty();
    }
    return answer.best(task).stream()
        .map(row -> row.getAlternatives().get(0))
        .map((Alternative best) -> new Guess(best.getScore(), gold.contains(best.getLabel())));
  }

  private static Stream<Guess> accepted(Answer answer, String task) {
    Set<String> gold = gold(answer, task);
    return answer.labels(task).entrySet().stream()
        .map(label -> new Guess(label.getValue(), gold.contains(label.getKey())));
  }

  private static List<Mistake> mistakes(List<Answer> answers, String task) {
    return answers.stream()
        .filter(answer -> !gold(answer, task).equals(answer.labels(task).keySet()))
        .map(answer -> mistake(answer, task))
        .sorted(
            Comparator.comparing(
                Mistake::score, Comparator.nullsLast(Comparator.<Double>reverseOrder())))
        .toList();
  }

  private static Mistake mistake(Answer answer, String task) {
    Set<String> gold = gold(answer, task);
    Map<String, Double> given = answer.labels(task);
    return new Mistake(
        answer.text().place(),
        answer.text().id(),
        answer.text().text(),
        List.copyOf(gold),
        List.copyOf(given.keySet()),
        given.entrySet().stream()
            .filter(label -> !gold.contains(label.getKey()))
            .map(Map.Entry::getValue)
            .max(Double::compare)
            .orElse(null));
  }
}
