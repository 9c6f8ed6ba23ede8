package io.flanstream.model.task;

import io.flanstream.schemas.Classification;
import io.flanstream.schemas.Extraction;
import io.flanstream.schemas.Generation;
import java.util.List;

/** The answer of one task: classifications, an extraction or a generation. */
record TaskAnswer(
    List<Classification> classifications,
    List<Extraction> extractions,
    List<Generation> generations) {

  static TaskAnswer of(List<Classification> classifications) {
    return new TaskAnswer(classifications, List.of(), List.of());
  }

  static TaskAnswer of(Extraction extraction) {
    return new TaskAnswer(List.of(), List.of(extraction), List.of());
  }

  static TaskAnswer of(Generation generation) {
    return new TaskAnswer(List.of(), List.of(), List.of(generation));
  }
}
