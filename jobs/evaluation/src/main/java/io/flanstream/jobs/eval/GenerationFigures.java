package io.flanstream.jobs.eval;

import io.flanstream.model.task.GenerationTask;
import io.flanstream.schemas.Generation;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;

/**
 * How near written answers are to right ones; of several right ones, the nearest counts.
 *
 * @param task name of the task
 * @param texts texts that have a right answer
 * @param failed of these, those for which the task failed
 * @param unanswered of these, those without an answer: the task failed, was skipped, or wrote no
 *     conclusion
 * @param unfinished of these, those whose answer was cut at the task's greatest length
 * @param exactMatch mean of {@link TextOverlap#exactMatch}
 * @param tokenF1 mean of {@link TextOverlap#tokenF1}
 * @param rougeL mean of {@link TextOverlap#rougeL}
 * @param mistakes answers that do not match exactly, those that have least in common first
 */
record GenerationFigures(
    String task,
    int texts,
    int failed,
    int unanswered,
    int unfinished,
    double exactMatch,
    double tokenF1,
    double rougeL,
    List<Mistake> mistakes)
    implements TaskFigures {

  static GenerationFigures of(GenerationTask task, List<Answer> all) {
    String name = task.name();
    List<Answer> answers =
        all.stream().filter(answer -> answer.text().gold().texts().containsKey(name)).toList();
    return new GenerationFigures(
        name,
        answers.size(),
        (int) answers.stream().filter(answer -> answer.hasFailed(name)).count(),
        (int) answers.stream().filter(answer -> given(answer, name).isEmpty()).count(),
        (int)
            answers.stream()
                .filter(
                    answer -> answer.written(name).filter(one -> !one.getFinished()).isPresent())
                .count(),
        mean(answers, name, TextOverlap::exactMatch),
        mean(answers, name, TextOverlap::tokenF1),
        mean(answers, name, TextOverlap::rougeL),
        answers.stream()
            .filter(answer -> overlap(answer, name, TextOverlap::exactMatch) == 0)
            .map(answer -> mistake(answer, name))
            .sorted(Comparator.comparing(Mistake::score))
            .toList());
  }

  private static double mean(
      List<Answer> answers, String task, ToDoubleBiFunction<String, String> overlap) {
    return answers.stream()
        .mapToDouble(answer -> overlap(answer, task, overlap))
        .average()
        .orElse(0);
  }

  private static double overlap(
      Answer answer, String task, ToDoubleBiFunction<String, String> overlap) {
    return TextOverlap.best(
        answer.text().gold().texts().get(task), given(answer, task).orElse(null), overlap);
  }

  private static Optional<String> given(Answer answer, String task) {
    return answer.written(task).map(Generation::getAnswer);
  }

  private static Mistake mistake(Answer answer, String task) {
    return new Mistake(
        answer.text().place(),
        answer.text().id(),
        answer.text().text(),
        answer.text().gold().texts().get(task),
        given(answer, task).stream().toList(),
        overlap(answer, task, TextOverlap::rougeL));
  }
}
