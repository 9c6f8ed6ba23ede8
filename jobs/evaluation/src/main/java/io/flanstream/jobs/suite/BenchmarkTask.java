package io.flanstream.jobs.suite;

import java.util.List;

/**
 * A task of a suite: a subject of MMLU, a task of BIG-Bench Hard.
 *
 * @param name its name
 * @param prompt what comes before its questions
 * @param questions its questions
 */
record BenchmarkTask(String name, FewShotPrompt prompt, List<Question> questions) {

  /** Keeps its own copy. */
  BenchmarkTask {
    questions = List.copyOf(questions);
  }
}
