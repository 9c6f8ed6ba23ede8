package io.flanstream.model.task;

import java.io.Serializable;
import java.util.List;

/** What is asked of every text. Immutable; {@link TaskSet} checks it. */
public sealed interface TaskDefinition extends Serializable
    permits ClassificationTask, ExtractionTask, GenerationTask, MaskingTask {

  /** Name of the task in the results. */
  String name();

  /** Prompt template in place of the usual one; null where none is given. */
  String template();

  /**
   * What must hold of a record for the task to be asked about it, all of it; always where empty.
   */
  List<Condition> when();

  /** How many prompts the task has for a text that fits in one. */
  default int prompts() {
    return 1;
  }
}
