package io.flanstream.model.task;

import io.flanstream.model.ModelException;
import io.flanstream.model.TextModel;
import io.flanstream.model.decode.PieceTrie;
import io.flanstream.model.task.ClassificationTask.MultiLabel;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.Extraction;
import io.flanstream.schemas.TaskStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/**
 * Runs a set of tasks over texts.
 *
 * <p>Thread-safe; one runner serves all threads that use its model and tasks, and holds about 5 MB
 * for a vocabulary of 32,000 pieces. The runner does not own the model, which must stay open.
 */
public final class TaskRunner {
  private static final String OK = "OK";
  private static final String FAILED = "FAILED";

  private final TextModel model;
  private final TaskSet tasks;
  private final OverlongPolicy policy;
  private final PieceTrie pieces;
  private final List<PreparedTask> prepared;

  /**
   * Prepares prompts and choices.
   *
   * @param model the model that answers
   * @param tasks what is asked
   * @param policy what happens to a text that does not fit
   * @throws IllegalArgumentException if two labels of a task are the same to the model's tokenizer,
   *     or windows are to be mixed of which a task scores the best labels alone
   */
  public TaskRunner(TextModel model, TaskSet tasks, OverlongPolicy policy) {
    this.model = model;
    this.tasks = tasks;
    this.policy = policy;
    this.pieces = model.vocabulary().trie();
    List<TaskViolation> faults = tasks.faults(policy);
    if (!faults.isEmpty()) {
      throw new InvalidTasksException(faults);
    }
    this.prepared = tasks.tasks().stream().map(task -> prepare(model, task)).toList();
  }

  /** The tasks. */
  public TaskSet tasks() {
    return tasks;
  }

  /**
   * Runs all tasks over a text. Submits every prompt and returns without waiting for an answer.
   *
   * <p>A task that fails while another succeeds says so in its status. The future fails with a
   * {@link TaskFailure} where all tasks failed, the first task's; and with the {@link
   * ModelException} where the model was closed or its device lost, which is no failure of the text.
   * Cancelling it frees the places of the prompts in the model.
   *
   * @param text any text
   * @return the answers
   */
  public CompletableFuture<TaskResults> run(String text) {
    TaskRequest request;
    try {
      request = new TaskRequest(model, pieces, policy, text);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(
          new TaskFailure(TaskFailure.Stage.TOKENIZE, "TOKENIZER_FAILURE", e.getMessage(), e));
    }
    List<CompletableFuture<Outcome>> outcomes =
        prepared.stream().map(task -> submit(task, request).handle(Outcome::new)).toList();
    CompletableFuture<TaskResults> results = new CompletableFuture<>();
    var unusedEnd =
        Futures.all(outcomes)
            .thenApply(ended -> results(ended, request))
            .whenComplete((value, thrown) -> complete(results, value, thrown));
    var unusedCancellation =
        results.whenComplete(
            (value, thrown) -> {
              if (results.isCancelled()) {
                request.cancel();
              }
            });
    return results;
  }

  private static CompletableFuture<TaskAnswer> submit(PreparedTask task, TaskRequest request) {
    try {
      return task.run(request);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static void complete(
      CompletableFuture<TaskResults> results, TaskResults value, Throwable thrown) {
    if (thrown == null) {
      results.complete(value);
    } else {
      results.completeExceptionally(Futures.cause(thrown));
    }
  }

  private TaskResults results(List<Outcome> outcomes, TaskRequest request) {
    List<Classification> classifications = new ArrayList<>();
    List<Extraction> extractions = new ArrayList<>();
    List<TaskStatus> status = new ArrayList<>();
    List<TaskFailure> failures = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      String task = tasks.tasks().get(i).name();
      if (outcomes.get(i).thrown() == null) {
        classifications.addAll(
            known(tasks.tasks().get(i), outcomes.get(i).answer().classifications(), request));
        extractions.addAll(outcomes.get(i).answer().extractions());
        status.add(new TaskStatus(task, OK, null, null));
      } else {
        TaskFailure failure = outcomes.get(i).failure();
        failures.add(failure);
        status.add(new TaskStatus(task, FAILED, failure.code(), failure.getMessage()));
      }
    }
    if (failures.size() == outcomes.size()) {
      throw failures.get(0);
    }
    return new TaskResults(classifications, extractions, status, request.fidelity());
  }

  /** The labels, or that the task abstains because the vocabulary knows too little of the text. */
  private static List<Classification> known(
      TaskDefinition definition, List<Classification> labels, TaskRequest request) {
    return definition instanceof ClassificationTask task
            && task.scoring().maxUnknown() < Scoring.ANY_UNKNOWN
            && request.unknownShare() > task.scoring().maxUnknown()
        ? List.of(
            new Classification(
                task.name(), null, labels.get(0).getScore(), labels.get(0).getAlternatives(), true))
        : labels;
  }

  private static PreparedTask prepare(TextModel model, TaskDefinition definition) {
    try {
      if (definition instanceof ClassificationTask task) {
        checkMadeFor(model.description().weightsHash(), task);
        LabelChoice.checkDistinct(task, model.tokenizer());
        return task.multiLabel() == MultiLabel.YES_NO
            ? new LabelQuestions(model, task)
            : new LabelChoice(model, task);
      }
      return new FieldQuestions(model, (ExtractionTask) definition);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Cannot prepare task %s: %s".formatted(definition.name(), e.getMessage()), e);
    }
  }

  private static void checkMadeFor(String weights, ClassificationTask task) {
    Calibration calibration = task.scoring().calibration();
    if (calibration != null
        && calibration.weights() != null
        && !calibration.weights().equals(weights)) {
      throw new IllegalArgumentException(
          "its calibration must be made for the model's weights %s, got one for %s: make it again with flanstream calibrate"
              .formatted(weights, calibration.weights()));
    }
  }

  /** How a task ended: one of the two is null. */
  private record Outcome(TaskAnswer answer, Throwable thrown) {

    TaskFailure failure() {
      Throwable cause = Futures.cause(thrown);
      if (cause instanceof ModelException model && !model.isOfRequest()) {
        throw model;
      }
      if (cause instanceof CancellationException cancelled) {
        throw cancelled;
      }
      return TaskFailure.of(cause);
    }
  }
}
