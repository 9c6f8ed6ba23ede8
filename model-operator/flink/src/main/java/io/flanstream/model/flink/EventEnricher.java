package io.flanstream.model.flink;

import io.flanstream.model.ModelDescription;
import io.flanstream.model.TextModel;
import io.flanstream.model.task.Masks;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskFailure;
import io.flanstream.model.task.TaskInput;
import io.flanstream.model.task.TaskResults;
import io.flanstream.model.task.TaskRunner;
import io.flanstream.model.task.TaskSet;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.ModelInfo;
import io.flanstream.schemas.TextEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** Events to enriched events. Thread-safe; does not own the model, which must stay open. */
public final class EventEnricher {
  private final Function<TaskInput, CompletableFuture<TaskResults>> answers;
  private final ModelInfo info;
  private final boolean keepText;
  private final Consumer<TaskResults> listener;

  /**
   * Prepares the tasks.
   *
   * @param model the model that answers
   * @param tasks what is asked
   * @param overlong what happens to a text that does not fit
   * @param keepText whether results have the text
   * @throws IllegalArgumentException if the tasks do not suit the model's tokenizer
   */
  public EventEnricher(TextModel model, TaskSet tasks, OverlongPolicy overlong, boolean keepText) {
    this(model, tasks, new TaskRunner(model, tasks, overlong)::run, keepText, results -> {});
  }

  /** The same, with answers of the tasks from elsewhere, which a listener is told of. */
  EventEnricher(
      TextModel model,
      TaskSet tasks,
      Function<TaskInput, CompletableFuture<TaskResults>> answers,
      boolean keepText,
      Consumer<TaskResults> listener) {
    this.answers = answers;
    ModelDescription description = model.description();
    this.info =
        new ModelInfo(
            description.name(), description.weightsHash(), description.dtype(), tasks.version());
    this.keepText = keepText;
    this.listener = listener;
  }

  /**
   * Runs all tasks over an event's text, without waiting.
   *
   * @param event the event
   * @return the event with its results; fails as {@link TaskRunner#run} does, and cancelling it
   *     frees the places of its prompts in the model
   */
  public CompletableFuture<EnrichedEvent> enrich(TextEvent event) {
    CompletableFuture<TaskResults> running = answers.apply(input(event));
    CompletableFuture<EnrichedEvent> enriched = new CompletableFuture<>();
    var unusedEnd =
        running.whenComplete(
            (results, thrown) -> {
              if (thrown != null) {
                enriched.completeExceptionally(thrown);
                return;
              }
              try {
                enriched.complete(enriched(event, results));
              } catch (RuntimeException e) {
                enriched.completeExceptionally(TaskFailure.of(e));
              }
            });
    var unusedCancellation =
        enriched.whenComplete(
            (value, thrown) -> {
              if (enriched.isCancelled()) {
                running.cancel(false);
              }
            });
    return enriched;
  }

  private static TaskInput input(TextEvent event) {
    return new TaskInput(event.getText(), event.getAttributes(), event.getSource().getTopic());
  }

  private EnrichedEvent enriched(TextEvent event, TaskResults results) {
    listener.accept(results);
    Masks masks = results.masks() == null ? Masks.NONE : results.masks();
    String text = event.getText();
    Map<String, String> attributes = new HashMap<>(event.getAttributes());
    attributes.replaceAll((name, value) -> masks.maskedIn(value, text));
    return EnrichedEvent.newBuilder()
        .setId(masks.maskedIn(event.getId(), text))
        .setEventTime(event.getEventTime())
        .setSource(event.getSource())
        .setAttributes(masks.all().isEmpty() ? event.getAttributes() : attributes)
        .setText(keepText ? masks.masked(text) : null)
        .setClassifications(results.classifications())
        .setExtractions(results.extractions())
        .setGenerations(results.generations())
        .setStatus(results.status())
        .setFidelity(results.fidelity())
        .setModel(info)
        .build();
  }
}
