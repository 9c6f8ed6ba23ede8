package io.flanstream.jobs.suite;

import io.flanstream.model.ModelDescription;
import java.util.List;
import java.util.function.Predicate;

/**
 * How many questions of a suite were answered rightly. One without an answer counts as wrong.
 *
 * @param suite name of the suite
 * @param model what answered
 * @param examples the most examples that a prompt has
 * @param all figures over all questions
 * @param meanAccuracy mean of the tasks' accuracies, each task counting the same
 * @param tasks figures of each task
 * @param failures the questions that failed, with the reason of each
 */
public record BenchmarkFigures(
    String suite,
    ModelDescription model,
    int examples,
    Figures all,
    double meanAccuracy,
    List<Figures> tasks,
    List<Failure> failures) {

  /**
   * Figures of some questions.
   *
   * @param name name of the task
   * @param questions how many questions
   * @param right how many of them were answered rightly
   * @param accuracy right ones of all
   * @param unanswered in how many answers there is none to compare
   * @param failed how many failed
   * @param fewerExamples how many prompts left out examples to fit in the model
   */
  public record Figures(
      String name,
      int questions,
      int right,
      double accuracy,
      int unanswered,
      int failed,
      int fewerExamples) {

    private static Figures of(String name, List<BenchmarkAnswer> answers) {
      int right = count(answers, BenchmarkAnswer::isRight);
      return new Figures(
          name,
          answers.size(),
          right,
          (double) right / answers.size(),
          count(answers, answer -> answer.given() == null && !answer.hasFailed()),
          count(answers, BenchmarkAnswer::hasFailed),
          count(answers, answer -> answer.leftOut() > 0));
    }

    private static int count(List<BenchmarkAnswer> answers, Predicate<BenchmarkAnswer> condition) {
      return Math.toIntExact(answers.stream().filter(condition).count());
    }
  }

  /**
   * A question that failed.
   *
   * @param place where it is
   * @param message why
   */
  public record Failure(String place, String message) {}

  static BenchmarkFigures of(
      PublicBenchmark suite, ModelDescription model, List<BenchmarkAnswer> answers) {
    List<Figures> tasks = suite.tasks().stream().map(task -> figures(task, answers)).toList();
    return new BenchmarkFigures(
        suite.name(),
        model,
        most(suite.tasks()),
        Figures.of("all", answers),
        tasks.stream().mapToDouble(Figures::accuracy).average().orElseThrow(),
        tasks,
        answers.stream()
            .filter(BenchmarkAnswer::hasFailed)
            .map(answer -> new Failure(answer.place(), answer.failure()))
            .toList());
  }

  private static Figures figures(BenchmarkTask task, List<BenchmarkAnswer> answers) {
    return Figures.of(
        task.name(), answers.stream().filter(answer -> answer.task().equals(task.name())).toList());
  }

  private static int most(List<BenchmarkTask> tasks) {
    return tasks.stream().mapToInt(task -> task.prompt().examples().size()).max().orElseThrow();
  }

  /** Whether every question was asked. */
  public boolean isWhole() {
    return failures.isEmpty();
  }
}
