package io.flanstream.model.task;

import io.flanstream.schemas.Classification;
import io.flanstream.schemas.Extraction;
import io.flanstream.schemas.Fidelity;
import io.flanstream.schemas.Generation;
import io.flanstream.schemas.TaskStatus;
import java.util.List;

/**
 * The answers of all tasks to one text; at least one task succeeded, or all were skipped.
 *
 * @param classifications answers of the classification tasks that succeeded, in the order of the
 *     tasks
 * @param extractions answers of the extraction tasks that succeeded, in the order of the tasks
 * @param generations answers of the generation tasks that succeeded, in the order of the tasks;
 *     null where no task is one
 * @param status how each task ended, in the order of the tasks
 * @param fidelity how faithfully the model saw the text
 * @param masks what is masked of the text; null where no task masks. All answers are about the
 *     masked text, with its offsets
 */
public record TaskResults(
    List<Classification> classifications,
    List<Extraction> extractions,
    List<Generation> generations,
    List<TaskStatus> status,
    Fidelity fidelity,
    Masks masks) {

  /** Copies the lists. */
  public TaskResults {
    classifications = List.copyOf(classifications);
    extractions = List.copyOf(extractions);
    generations = generations == null ? null : List.copyOf(generations);
    status = List.copyOf(status);
  }
}
