package io.flanstream.model.task;

import java.io.Serializable;

/** What is asked of every text. Immutable; {@link TaskSet} checks it. */
public sealed interface TaskDefinition extends Serializable
    permits ClassificationTask, ExtractionTask {

  /** Name of the task in the results. */
  String name();

  /** Prompt template in place of the usual one; null where none is given. */
  String template();
}
