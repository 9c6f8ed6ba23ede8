package io.flanstream.jobs.suite;

import java.util.List;

/**
 * What of a suite is asked.
 *
 * @param tasks the only tasks; all where empty
 * @param shots the most examples of a prompt
 * @param limit the most questions of a task, the first ones
 */
public record BenchmarkSelection(List<String> tasks, int shots, int limit) {

  /** Keeps its own copy. */
  public BenchmarkSelection {
    tasks = List.copyOf(tasks);
  }

  FewShotPrompt shown(FewShotPrompt prompt) {
    return prompt.first(Math.min(shots, prompt.examples().size()));
  }

  List<Question> asked(List<Question> questions) {
    return questions.subList(0, Math.min(limit, questions.size()));
  }
}
