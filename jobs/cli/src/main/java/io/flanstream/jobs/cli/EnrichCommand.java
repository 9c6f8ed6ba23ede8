package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.EventEnricher;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.ingest.EventFields;
import io.flanstream.operators.ingest.EventReader;
import io.flanstream.operators.ingest.FieldPath;
import io.flanstream.operators.ingest.PayloadForm;
import io.flanstream.operators.ingest.PayloadFormat;
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
      "Reads {\"id\", \"text\"}, with \"eventTime\" if there is one, and writes the enriched event"
          + " that the job would write. A line that would be a dead letter gives {\"line\", \"id\","
          + " \"error\"}."
    })
final class EnrichCommand implements Callable<Integer> {
  private static final String TOPIC = "stdin";

  @Mixin private PipelineArgument pipeline;
  @Mixin private LinesArguments lines;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Pipeline read = pipeline.read();
    EventReader reader = new EventReader(form(read));
    EventEnricher enricher =
        new EventEnricher(
            Cleanup.register(LoadingProgress.show(new CheckpointModel(read.model())::open)),
            read.tasks(),
            read.overlong(),
            read.sink().keepText());
    return lines.answer(line -> enriched(enricher, event(reader, line)));
  }

  /** As a topic of such lines would be read. */
  private static PayloadForm form(Pipeline pipeline) {
    return new PayloadForm(
        PayloadFormat.JSON,
        null,
        new EventFields(
            FieldPath.parse("text"),
            FieldPath.parse("id"),
            FieldPath.parse("eventTime"),
            pipeline.source().fields().attributes(),
            pipeline.source().fields().structured(),
            pipeline.source().fields().eventTimeUnit()));
  }

  private static TextEvent event(EventReader reader, RequestLine line) {
    KafkaRecord record =
        new KafkaRecord(TOPIC, 0, line.number() - 1, 0, null, line.bytes(), List.of());
    try {
      return reader.read(record);
    } catch (RejectedRecordException e) {
      throw new LineException(e.reason().name(), e.getMessage());
    }
  }

  private static CompletableFuture<String> enriched(EventEnricher enricher, TextEvent event) {
    return enricher.enrich(event).thenApply(PlainJson::text);
  }
}
