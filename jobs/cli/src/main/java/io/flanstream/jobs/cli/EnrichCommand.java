package io.flanstream.jobs.cli;

import io.flanstream.jobs.eval.SourceLines;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.registry.RegistryConnection;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.EventEnricher;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.ingest.EventReader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.serialize.PlainJson;
import io.flanstream.schemas.TextEvent;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flanstream enrich}. */
@Command(
    name = "enrich",
    description = {
      "Try a pipeline's tasks on texts, without Kafka.",
      "Reads a line as the pipeline's source reads a record's value, unless --lines says otherwise,"
          + " and writes the enriched event that the job would write. A line that would be a dead letter gives {\"line\", \"id\","
          + " \"error\"}."
    })
final class EnrichCommand implements Callable<Integer> {
  private static final String TOPIC = "stdin";

  @Mixin private PipelineArgument pipeline;
  @Mixin private LinesArguments lines;
  @Mixin private LineFormArgument form;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Pipeline read = pipeline.read();
    SourceLines source = SourceLines.of(read, form.form());
    EventReader reader = new EventReader(source.values().form(RegistryConnection.of(read)));
    EventEnricher enricher =
        new EventEnricher(
            Cleanup.register(LoadingProgress.show(new CheckpointModel(read.model())::open)),
            read.tasks(),
            read.overlong(),
            read.sink().keepText());
    return lines.answer(
        source.areJson()
            ? RequestLine::parse
            : (number, line) -> RequestLine.ofValue(number, line, source::value),
        line -> enriched(enricher, event(reader, line)));
  }

  private static TextEvent event(EventReader reader, RequestLine line) {
    KafkaRecord record =
        new KafkaRecord(TOPIC, 0, line.number() - 1, 0, null, line.bytes(), List.of());
    try {
      TextEvent event = reader.read(record);
      if (event == null) {
        throw new LineException(
            "TOMBSTONE", "Cannot answer: the line must have a text, got a deletion");
      }
      return event;
    } catch (RejectedRecordException e) {
      throw new LineException(e.reason().name(), e.getMessage());
    }
  }

  private static CompletableFuture<String> enriched(EventEnricher enricher, TextEvent event) {
    return enricher.enrich(event).thenApply(PlainJson::text);
  }
}
