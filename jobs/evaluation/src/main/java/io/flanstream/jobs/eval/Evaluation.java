package io.flanstream.jobs.eval;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.model.task.ClassificationTask;
import io.flanstream.model.task.ExtractionTask;
import io.flanstream.model.task.GenerationTask;
import io.flanstream.model.task.MaskingTask;
import io.flanstream.model.task.TaskDefinition;
import io.flanstream.schemas.ModelInfo;
import java.util.List;

/**
 * How well a pipeline's tasks are done, by texts with the right answers.
 *
 * @param pipeline name of the pipeline
 * @param labelled name of the file or topic with the right answers
 * @param texts how many texts there were
 * @param model what answered; null where nothing did
 * @param failures what was not answered, and why
 * @param tasks figures of each task that there are answers for
 */
public record Evaluation(
    String pipeline,
    String labelled,
    int texts,
    Model model,
    List<Answer.Failure> failures,
    List<TaskFigures> tasks) {

  /**
   * What answered.
   *
   * @param name name of the model
   * @param weightsHash hash of its weights
   * @param dtype type that it computes in
   * @param taskSetVersion version of the tasks
   */
  public record Model(String name, String weightsHash, String dtype, String taskSetVersion) {

    private static Model of(ModelInfo info) {
      return new Model(
          info.getName(), info.getWeightsHash(), info.getDtype(), info.getTaskSetVersion());
    }
  }

  static Evaluation of(Pipeline pipeline, LabelledTexts labelled, List<Answer> answers) {
    return new Evaluation(
        pipeline.name(),
        labelled.name(),
        answers.size(),
        answers.stream()
            .filter(answer -> answer.event() != null)
            .map(answer -> Model.of(answer.event().getModel()))
            .findFirst()
            .orElse(null),
        answers.stream().flatMap(answer -> answer.failures().stream()).toList(),
        pipeline.tasks().tasks().stream()
            .filter(task -> !(task instanceof MaskingTask))
            .map(task -> figures(task, answers))
            .filter(figures -> figures.texts() > 0)
            .toList());
  }

  private static TaskFigures figures(TaskDefinition task, List<Answer> answers) {
    if (task instanceof GenerationTask generation) {
      return GenerationFigures.of(generation, answers);
    }
    return task instanceof ClassificationTask classification
        ? ClassificationFigures.of(classification, answers)
        : ExtractionFigures.of((ExtractionTask) task, answers);
  }

  /** Whether everything was answered. */
  public boolean isWhole() {
    return failures.isEmpty();
  }
}
