package io.flanstream.jobs.eval;

import io.flanstream.jobs.eval.CalibrationError.Guess;
import io.flanstream.jobs.eval.Measures.Pair;
import io.flanstream.model.task.ExtractionTask;
import io.flanstream.model.task.Field;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How well values were found. Made in the same steps as {@link GenerationFigures}, of other
 * figures. A value is right where its field and both its ends are.
 *
 * @param task name of the task
 * @param texts texts that have a right answer, which may be that there is no value
 * @param failed of these, those for which the task failed
 * @param right texts that got exactly their values
 * @param measures how well the values of each field are found
 * @param calibration of the values found
 * @param mistakes wrong answers, the surest first
 */
record ExtractionFigures(
    String task,
    int texts,
    int failed,
    int right,
    Measures measures,
    CalibrationError calibration,
    List<Mistake> mistakes)
    implements CountedFigures {

  static ExtractionFigures of(ExtractionTask task, List<Answer> all) {
    String name = task.name();
    List<Answer> answers =
        all.stream().filter(answer -> answer.text().gold().spans().containsKey(name)).toList();
    List<Pair<GoldSpan>> pairs =
        answers.stream()
            .map(answer -> new Pair<>(gold(answer, name), answer.spans(name).keySet()))
            .toList();
    return new ExtractionFigures(
        name,
        answers.size(),
        (int) answers.stream().filter(answer -> answer.hasFailed(name)).count(),
        (int) pairs.stream().filter(pair -> pair.gold().equals(pair.given())).count(),
        Measures.of(task.fields().stream().map(Field::name).toList(), pairs, GoldSpan::field),
        CalibrationError.of(answers.stream().flatMap(answer -> guesses(answer, name)).toList()),
        answers.stream()
            .filter(answer -> !gold(answer, name).equals(answer.spans(name).keySet()))
            .map(answer -> mistake(answer, name))
            .sorted(
                Comparator.comparing(
                    Mistake::score, Comparator.nullsLast(Comparator.<Double>reverseOrder())))
            .toList());
  }

  private static Set<GoldSpan> gold(Answer answer, String task) {
    return answer.text().gold().spans().get(task);
  }

  private static Stream<Guess> guesses(Answer answer, String task) {
    Set<GoldSpan> gold = gold(answer, task);
    return answer.spans(task).entrySet().stream()
        .map(span -> new Guess(span.getValue(), gold.contains(span.getKey())));
  }

  private static Mistake mistake(Answer answer, String task) {
    Set<GoldSpan> gold = gold(answer, task);
    Map<GoldSpan, Double> given = answer.spans(task);
    LabelledText text = answer.text();
    return new Mistake(
        text.place(),
        text.id(),
        text.text(),
        gold.stream().map(span -> shown(span, text)).toList(),
        given.keySet().stream().map(span -> shown(span, text)).toList(),
        given.entrySet().stream()
            .filter(span -> !gold.contains(span.getKey()))
            .map(Map.Entry::getValue)
            .max(Double::compare)
            .orElse(null));
  }

  private static String shown(GoldSpan span, LabelledText text) {
    String value =
        text.text()
            .substring(
                text.text().offsetByCodePoints(0, span.start()),
                text.text().offsetByCodePoints(0, span.end()));
    return "%s: %s (%s-%s)".formatted(span.field(), value, span.start(), span.end());
  }
}
