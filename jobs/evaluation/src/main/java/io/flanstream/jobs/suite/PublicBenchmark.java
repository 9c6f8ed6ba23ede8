package io.flanstream.jobs.suite;

import java.util.List;

/**
 * Questions with published answers.
 *
 * @param name its name
 * @param answers how answers are given
 * @param tasks its tasks, none of them without a question
 */
public record PublicBenchmark(String name, AnswerFormat answers, List<BenchmarkTask> tasks) {

  /** Keeps its own copy. */
  public PublicBenchmark {
    tasks = List.copyOf(tasks);
  }

  /** Number of questions. */
  public int size() {
    return tasks.stream().mapToInt(task -> task.questions().size()).sum();
  }
}
