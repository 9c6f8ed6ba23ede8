package io.flanstream.model.task;

import io.flanstream.schemas.Classification;
import io.flanstream.schemas.Extraction;
import java.util.List;

/** The answer of one task: classifications or an extraction. */
record TaskAnswer(List<Classification> classifications, List<Extraction> extractions) {

  static TaskAnswer of(List<Classification> classifications) {
    return new TaskAnswer(classifications, List.of());
  }

  static TaskAnswer of(Extraction extraction) {
    return new TaskAnswer(List.of(), List.of(extraction));
  }
}
