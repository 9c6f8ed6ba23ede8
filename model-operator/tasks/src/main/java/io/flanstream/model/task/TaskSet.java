package io.flanstream.model.task;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tasks that every text goes through. Immutable.
 *
 * @param tasks the tasks, at least one, in the order of their results
 * @param version SHA-256 of the tasks' canonical JSON, the first 12 hexadecimal digits: the same
 *     for the same tasks, wherever they were read from
 */
public record TaskSet(List<TaskDefinition> tasks, String version) implements Serializable {

  /** Copies the tasks. */
  public TaskSet {
    tasks = List.copyOf(tasks);
  }

  /**
   * Checks tasks and gives them their version.
   *
   * @param tasks the tasks
   * @return the set
   * @throws InvalidTasksException if they break a rule, with all faults
   */
  public static TaskSet of(List<TaskDefinition> tasks) {
    List<TaskViolation> faults = new ArrayList<>(TaskRules.faults(tasks, "tasks"));
    if (faults.isEmpty()) {
      faults.addAll(TaskReferences.faults(tasks, "tasks"));
    }
    if (!faults.isEmpty()) {
      throw new InvalidTasksException(faults);
    }
    return new TaskSet(tasks, TaskSetVersion.of(tasks));
  }

  /** Whether a task masks the text. */
  public boolean masks() {
    return tasks.stream().anyMatch(MaskingTask.class::isInstance);
  }

  /**
   * What the tasks cannot have under a policy: the scores of windows are mixed label by label, so
   * that all labels must have one; texts that were written of them cannot be mixed.
   *
   * @param policy what happens to a text that does not fit
   * @return the faults, none where they suit each other
   */
  public List<TaskViolation> faults(OverlongPolicy policy) {
    List<TaskViolation> faults = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      if (policy == OverlongPolicy.TRUNCATE && tasks.get(i) instanceof MaskingTask) {
        faults.add(
            new TaskViolation(
                "tasks[%s].type".formatted(i),
                "must not be masking where overlong is truncate: the model would not see all of the text",
                "masking"));
      }
      if (policy == OverlongPolicy.WINDOW && tasks.get(i) instanceof GenerationTask) {
        faults.add(
            new TaskViolation(
                "tasks[%s].type".formatted(i),
                "must be classification or extraction where overlong is window",
                "generation"));
      }
    }
    IntStream.range(0, tasks.size())
        .filter(
            i ->
                policy == OverlongPolicy.WINDOW
                    && tasks.get(i) instanceof ClassificationTask task
                    && task.scoring().scores() == Scoring.Scores.BEST)
        .mapToObj(
            i ->
                new TaskViolation(
                    "tasks[%s].scores".formatted(i),
                    "must be all where overlong is window",
                    "best"))
        .forEach(faults::add);
    return List.copyOf(faults);
  }
}
