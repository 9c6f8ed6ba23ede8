package io.flanstream.model.task;

import io.flanstream.model.ModelException;
import io.flanstream.model.TextModel;
import io.flanstream.model.decode.PieceTrie;
import io.flanstream.model.future.Futures;
import io.flanstream.model.task.ClassificationTask.MultiLabel;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.Extraction;
import io.flanstream.schemas.Generation;
import io.flanstream.schemas.TaskStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private static final String SKIPPED = "SKIPPED";

  private final TextModel model;
  private final TaskSet tasks;
  private final TaskSet asked;
  private final OverlongPolicy policy;
  private final PieceTrie pieces;
  private final List<PreparedTask> prepared;
  private final List<Integer> order;
  private final List<Set<String>> needs;
  private final boolean writes;
  private final Masking masking;

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
    this.masking = tasks.masks() ? new Masking(model, tasks) : null;
    this.asked =
        new TaskSet(
            tasks.tasks().stream().filter(task -> !(task instanceof MaskingTask)).toList(),
            tasks.version());
    this.prepared = asked.tasks().stream().map(task -> prepare(model, task, asked)).toList();
    this.order = TaskReferences.order(asked.tasks());
    this.needs =
        asked.tasks().stream().map(task -> TaskReferences.needs(task, asked.tasks())).toList();
    this.writes = asked.tasks().stream().anyMatch(GenerationTask.class::isInstance);
  }

  /** The tasks. */
  public TaskSet tasks() {
    return tasks;
  }

  /** Runs all tasks over a text by itself, as {@link #run(TaskInput)} does. */
  public CompletableFuture<TaskResults> run(String text) {
    return run(TaskInput.of(text));
  }

  /**
   * Runs all tasks over a text. Submits every prompt that waits for no other task's answer, and
   * returns without waiting for one.
   *
   * <p>A task whose condition does not hold is skipped, and says so in its status. One that waits
   * for a task that failed has failed too. A task that fails while another succeeds says so in its
   * status. The future fails with a {@link TaskFailure} where a task failed and none succeeded, the
   * first task's; and with the {@link ModelException} where the model was closed or its device
   * lost, which is no failure of the text. Cancelling it frees the places of the prompts in the
   * model.
   *
   * @param input what is asked about
   * @return the answers
   */
  public CompletableFuture<TaskResults> run(TaskInput input) {
    if (masking == null) {
      return runAsked(input);
    }
    TaskRequest request;
    CompletableFuture<Masks> masks;
    try {
      request = request(input);
      masks = masking.run(request);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(TaskFailure.of(e));
    }
    CompletableFuture<TaskResults> results = new CompletableFuture<>();
    var unusedEnd =
        masks.whenCompleteAsync(
            (found, thrown) -> {
              if (thrown != null) {
                results.completeExceptionally(new Outcome(null, thrown).failed());
              } else {
                runMasked(input, found, request, results);
              }
            });
    Futures.cancelWith(results, request::cancel);
    return results;
  }

  /** Runs the tasks that do not mask, over the masked text: nothing else of it can come out. */
  private void runMasked(
      TaskInput input, Masks masks, TaskRequest request, CompletableFuture<TaskResults> results) {
    TaskInput masked = new TaskInput(masks.masked(input.text()), input.attributes(), input.topic());
    Futures.relay(Futures.map(runAsked(masked), found -> masked(found, masks, request)), results);
  }

  private TaskResults masked(TaskResults found, Masks masks, TaskRequest request) {
    Map<String, Extraction> extractions = new HashMap<>();
    found.extractions().forEach(extraction -> extractions.put(extraction.getTask(), extraction));
    Map<String, TaskStatus> status = new HashMap<>();
    found.status().forEach(one -> status.put(one.getTask(), one));
    for (TaskDefinition task : tasks.tasks()) {
      if (task instanceof MaskingTask) {
        extractions.put(task.name(), masks.placeholders(task.name()));
        status.put(task.name(), new TaskStatus(task.name(), OK, null, null));
      }
    }
    List<String> names = tasks.tasks().stream().map(TaskDefinition::name).toList();
    return new TaskResults(
        found.classifications(),
        names.stream().filter(extractions::containsKey).map(extractions::get).toList(),
        found.generations(),
        names.stream().map(status::get).toList(),
        prepared.isEmpty() ? request.fidelity() : found.fidelity(),
        masks);
  }

  private TaskRequest request(TaskInput input) {
    try {
      return new TaskRequest(model, pieces, policy, input);
    } catch (RuntimeException e) {
      throw new TaskFailure(TaskFailure.Stage.TOKENIZE, "TOKENIZER_FAILURE", e.getMessage(), e);
    }
  }

  private CompletableFuture<TaskResults> runAsked(TaskInput input) {
    TaskRequest request;
    try {
      request = request(input);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    Map<String, CompletableFuture<Outcome>> started = new HashMap<>();
    order.forEach(i -> started.put(asked.tasks().get(i).name(), start(i, request, started)));
    List<CompletableFuture<Outcome>> outcomes =
        asked.tasks().stream().map(task -> started.get(task.name())).toList();
    CompletableFuture<TaskResults> results =
        Futures.map(Futures.all(outcomes), ended -> results(ended, request));
    Futures.cancelWith(results, request::cancel);
    return results;
  }

  /** Asks a task once all that it waits for have ended. */
  private CompletableFuture<Outcome> start(
      int task, TaskRequest request, Map<String, CompletableFuture<Outcome>> started) {
    List<String> names = List.copyOf(needs.get(task));
    CompletableFuture<List<Outcome>> ended = Futures.all(names.stream().map(started::get).toList());
    // The thread of the model's answers must not be held up by the next prompts.
    return ended.isDone()
        ? ask(task, request, names, ended.join())
        : ended.thenComposeAsync(outcomes -> ask(task, request, names, outcomes));
  }

  private CompletableFuture<Outcome> ask(
      int task, TaskRequest request, List<String> names, List<Outcome> prior) {
    try {
      Map<String, TaskAnswer> answers = new HashMap<>();
      for (int i = 0; i < names.size(); i++) {
        prior.get(i).checkFor(asked.tasks().get(task).name(), names.get(i));
        if (prior.get(i).answer() != null) {
          answers.put(names.get(i), prior.get(i).answer());
        }
      }
      PriorAnswers known = new PriorAnswers(asked, answers);
      return known.allow(asked.tasks().get(task), request.input())
          ? prepared.get(task).run(request, known).handle(Outcome::new)
          : CompletableFuture.completedFuture(Outcome.SKIPPED);
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(new Outcome(null, e));
    }
  }

  private TaskResults results(List<Outcome> outcomes, TaskRequest request) {
    List<Classification> classifications = new ArrayList<>();
    List<Extraction> extractions = new ArrayList<>();
    List<Generation> generations = new ArrayList<>();
    List<TaskStatus> status = new ArrayList<>();
    List<TaskFailure> failures = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      String task = asked.tasks().get(i).name();
      if (outcomes.get(i).isSkipped()) {
        status.add(new TaskStatus(task, SKIPPED, null, null));
      } else if (outcomes.get(i).thrown() == null) {
        classifications.addAll(
            known(asked.tasks().get(i), outcomes.get(i).answer().classifications(), request));
        extractions.addAll(outcomes.get(i).answer().extractions());
        generations.addAll(outcomes.get(i).answer().generations());
        status.add(new TaskStatus(task, OK, null, null));
      } else {
        TaskFailure failure = outcomes.get(i).failure();
        failures.add(failure);
        status.add(new TaskStatus(task, FAILED, failure.code(), failure.getMessage()));
      }
    }
    if (!failures.isEmpty() && status.stream().noneMatch(one -> one.getState().equals(OK))) {
      throw failures.stream().filter(one -> !one.isOfAnother()).findFirst().orElseThrow();
    }
    return new TaskResults(
        classifications,
        extractions,
        writes ? generations : null,
        status,
        request.fidelity(),
        null);
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

  private static PreparedTask prepare(TextModel model, TaskDefinition definition, TaskSet tasks) {
    try {
      if (definition instanceof ClassificationTask task) {
        checkMadeFor(model.description().weightsHash(), task);
        LabelChoice.checkDistinct(task, model.tokenizer());
        return task.multiLabel() == MultiLabel.YES_NO
            ? new LabelQuestions(model, task)
            : new LabelChoice(model, task);
      }
      return definition instanceof GenerationTask task
          ? new GenerationQuestion(model, task, tasks)
          : new FieldQuestions(model, (ExtractionTask) definition);
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

  /** How a task ended: one of the two is null, or both where it was skipped. */
  private record Outcome(TaskAnswer answer, Throwable thrown) {
    private static final Outcome SKIPPED = new Outcome(null, null);

    boolean isSkipped() {
      return answer == null && thrown == null;
    }

    /** Fails the task that waits for this one where this one failed. */
    void checkFor(String waiting, String task) {
      if (thrown != null) {
        throw failure().of(waiting, task);
      }
    }

    /** What the text fails with. */
    Throwable failed() {
      try {
        return failure();
      } catch (RuntimeException e) {
        return e;
      }
    }

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
