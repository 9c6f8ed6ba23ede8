package io.flanstream.integration;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.model.TextModel;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.EventEnricher;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.Source;
import io.flanstream.schemas.TextEvent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What a pipeline's model says of texts, with no stream around it. */
final class TestingOffline implements AutoCloseable {
  private final TextModel model;
  private final EventEnricher enricher;

  /** Labels and spans of a result. */
  record Answer(List<String> labels, List<String> spans) {

    static Answer of(EnrichedEvent event) {
      return new Answer(
          event.getClassifications().stream().map(Classification::getLabel).toList(),
          event.getExtractions().stream()
              .flatMap(extraction -> extraction.getFields().stream())
              .map(
                  field ->
                      "%s=%s[%s,%s]"
                          .formatted(
                              field.getName(), field.getValue(), field.getStart(), field.getEnd()))
              .toList());
    }
  }

  TestingOffline(Path file) {
    Pipeline pipeline = PipelineFile.read(file);
    model = new CheckpointModel(pipeline.model()).open();
    enricher =
        new EventEnricher(model, pipeline.tasks(), pipeline.overlong(), pipeline.sink().keepText());
  }

  /** What it says of texts, all of which it is asked at once. */
  Map<String, Answer> answers(Collection<String> texts) {
    Map<String, CompletableFuture<EnrichedEvent>> asked = new HashMap<>();
    texts.forEach(text -> asked.computeIfAbsent(text, this::ask));
    Map<String, Answer> answers = new HashMap<>();
    asked.forEach((text, event) -> answers.put(text, Answer.of(event.join())));
    return answers;
  }

  private CompletableFuture<EnrichedEvent> ask(String text) {
    return enricher.enrich(new TextEvent("", text, Instant.EPOCH, new Source("", 0, 0L), Map.of()));
  }

  @Override
  public void close() {
    model.close();
  }
}
