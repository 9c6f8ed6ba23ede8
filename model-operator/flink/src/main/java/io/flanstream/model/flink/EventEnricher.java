package io.flanstream.model.flink;

import io.flanstream.model.ModelDescription;
import io.flanstream.model.TextModel;
import io.flanstream.model.future.Futures;
import io.flanstream.model.task.MaskedValues;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskFailure;
import io.flanstream.model.task.TaskInput;
import io.flanstream.model.task.TaskResults;
import io.flanstream.model.task.TaskRunner;
import io.flanstream.model.task.TaskSet;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.ModelInfo;
import io.flanstream.schemas.Source;
import io.flanstream.schemas.TextEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** Events to enriched events. Thread-safe; does not own the model, which must stay open. */
public final class EventEnricher {
  private static final MaskedValues NONE = new MaskedValues(Map.of());

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
    return run(event, results -> enriched(event, results, masked(event, results)));
  }

  /**
   * The same, with what of the text is masked.
   *
   * @param event the event
   * @return the event with its results, and the values that are masked
   */
  CompletableFuture<MaskedEvent> enrichMasked(TextEvent event) {
    return run(
        event,
        results -> {
          MaskedValues masked = masked(event, results);
          return new MaskedEvent(enriched(event, results, masked), masked);
        });
  }

  private <T> CompletableFuture<T> run(TextEvent event, Function<TaskResults, T> making) {
    return Futures.map(
        answers.apply(input(event)),
        results -> {
          try {
            listener.accept(results);
            return making.apply(results);
          } catch (RuntimeException e) {
            throw TaskFailure.of(e);
          }
        });
  }

  private static TaskInput input(TextEvent event) {
    return new TaskInput(event.getText(), event.getAttributes(), event.getSource().getTopic());
  }

  private static MaskedValues masked(TextEvent event, TaskResults results) {
    return results.masks() == null ? NONE : results.masks().values(event.getText());
  }

  private EnrichedEvent enriched(TextEvent event, TaskResults results, MaskedValues masked) {
    String text = event.getText();
    Map<String, String> attributes = new HashMap<>();
    event
        .getAttributes()
        .forEach((name, value) -> attributes.put(masked.maskedIn(name), masked.maskedIn(value)));
    return EnrichedEvent.newBuilder()
        .setId(id(event, masked))
        .setEventTime(event.getEventTime())
        .setSource(event.getSource())
        .setAttributes(masked.placeholders().isEmpty() ? event.getAttributes() : attributes)
        .setText(keepText ? results.masks() == null ? text : results.masks().masked(text) : null)
        .setClassifications(results.classifications())
        .setExtractions(results.extractions())
        .setGenerations(results.generations())
        .setStatus(results.status())
        .setFidelity(results.fidelity())
        .setModel(info)
        .build();
  }

  /** One with a placeholder would be that of other events, too. */
  private static String id(TextEvent event, MaskedValues masked) {
    Source source = event.getSource();
    return masked.maskedIn(event.getId()).equals(event.getId())
        ? event.getId()
        : "%s-%s-%s".formatted(source.getTopic(), source.getPartition(), source.getOffset());
  }
}
