package io.flanstream.jobs.topology;

import io.flanstream.jobs.offsets.EnrichOperatorFactory;
import io.flanstream.jobs.pipeline.AnswerColumns;
import io.flanstream.jobs.pipeline.JobSettings;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.SinkPlacement;
import io.flanstream.jobs.pipeline.SinkSettings;
import io.flanstream.jobs.pipeline.SourceSettings;
import io.flanstream.jobs.registry.RegistryConnection;
import io.flanstream.jobs.route.Route;
import io.flanstream.jobs.route.RouteOperatorFactory;
import io.flanstream.jobs.tasks.TasksTopicSource;
import io.flanstream.model.batch.Share;
import io.flanstream.model.crash.CrashSettings;
import io.flanstream.model.flink.ClientSettings;
import io.flanstream.model.flink.EnrichFunction;
import io.flanstream.model.flink.EnrichSettings;
import io.flanstream.model.flink.Enrichment;
import io.flanstream.model.flink.ModelProvider;
import io.flanstream.operators.deadletter.CountDeadLettersFunction;
import io.flanstream.operators.deadletter.DeadLetters;
import io.flanstream.operators.dedup.DropDuplicatesFunction;
import io.flanstream.operators.ingest.IngestFunction;
import io.flanstream.operators.ingest.SourceForms;
import io.flanstream.operators.ingest.SourcedEvent;
import io.flanstream.operators.ingest.TopicIdentity;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.registry.SubjectStrategy;
import io.flanstream.operators.serialize.EnrichedRecord;
import io.flanstream.operators.serialize.OutboundRecord;
import io.flanstream.operators.serialize.OutputTopic;
import io.flanstream.operators.serialize.PayloadRedaction;
import io.flanstream.operators.serialize.RecordForm;
import io.flanstream.operators.serialize.RecordFormat;
import io.flanstream.operators.serialize.RecordLimit;
import io.flanstream.operators.serialize.ResultForm;
import io.flanstream.operators.serialize.ResultShape;
import io.flanstream.operators.serialize.SerializeDeadLetterFunction;
import io.flanstream.operators.serialize.SerializeEnrichedFunction;
import io.flanstream.schemas.DeadLetter;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Records in, records out; knows no Kafka.
 *
 * <pre>
 * records -> ingest -> event-time [-> dedup] -> enrich -> reject-failed [-> route] -> serialize-enriched -> enriched
 *              |                                               |                   |
 *              +-----------------------------------------------+-------------------+
 *                                      |
 *                                      +-> count-dead-letters -> serialize-dead-letters
 * </pre>
 *
 * <p>Every record in is one record out, on one of the two streams, unless dedup drops it. Each
 * operator's uid is its name above: savepoints depend on them.
 */
public final class EnrichmentTopology {
  /**
   * What comes of the records.
   *
   * @param enriched enriched events and tombstones
   * @param deadLetters what could not be enriched
   */
  public record Outputs(
      DataStream<OutboundRecord> enriched, DataStream<OutboundRecord> deadLetters) {}

  private final Pipeline pipeline;
  private final ModelProvider model;
  private final Function<String, RecordLimit> limits;
  private final TopicIdentity sourceTopic;

  /**
   * Lays out a pipeline whose records are as large as it says.
   *
   * @param pipeline what to do
   * @param model opens the model
   */
  public EnrichmentTopology(Pipeline pipeline, ModelProvider model) {
    this(
        pipeline,
        model,
        topic -> RecordLimit.of(pipeline.sink().maxRecordBytes()),
        TopicIdentity.none());
  }

  /**
   * Lays out a pipeline.
   *
   * @param pipeline what to do
   * @param model opens the model
   * @param limits how large a record each output topic takes
   * @param sourceTopic which topic the records are of
   */
  EnrichmentTopology(
      Pipeline pipeline,
      ModelProvider model,
      Function<String, RecordLimit> limits,
      TopicIdentity sourceTopic) {
    this.pipeline = pipeline;
    this.model = model;
    this.limits = limits;
    this.sourceTopic = sourceTopic;
  }

  /** Adds the operators behind a stream of records. */
  public Outputs from(DataStream<KafkaRecord> records) {
    SourceSettings source = pipeline.source();
    SourceForms forms = source.values().forms(RegistryConnection.of(pipeline));
    SingleOutputStreamOperator<SourcedEvent> events =
        named(
            "ingest",
            records.process(
                new IngestFunction(forms.form(), forms.topics(), sourceTopic), SourcedEvent.TYPE));
    SingleOutputStreamOperator<EnrichedRecord> enriched =
        named(
            "reject-failed",
            enriched(
                    withoutDuplicates(
                        named("event-time", events.assignTimestampsAndWatermarks(watermarks()))))
                .process(new RejectFailedFunction(masking(forms)), EnrichedRecord.TYPE));
    SingleOutputStreamOperator<EnrichedRecord> routed = routed(enriched);
    SingleOutputStreamOperator<OutboundRecord> serialized =
        named(
            "serialize-enriched",
            routed.process(
                new SerializeEnrichedFunction(outputs(forms), pipeline.sink().longestCommit()),
                OutboundRecord.TYPE));
    SingleOutputStreamOperator<DeadLetter> letters =
        named(
            "count-dead-letters",
            events
                .getSideOutput(DeadLetters.TAG)
                .union(rejected(enriched, routed, serialized))
                .map(new CountDeadLettersFunction())
                .returns(DeadLetters.TAG.getTypeInfo()));
    SingleOutputStreamOperator<OutboundRecord> deadLetters =
        named(
            "serialize-dead-letters",
            letters
                .map(
                    new SerializeDeadLetterFunction(
                        pipeline.deadLetters().topic(),
                        form(
                            pipeline.deadLetters().format(),
                            pipeline.deadLetters().topic(),
                            SubjectStrategy.TOPIC_NAME),
                        limits.apply(pipeline.deadLetters().topic()),
                        redaction()))
                .returns(OutboundRecord.TYPE));
    return new Outputs(serialized, deadLetters);
  }

  /** Where a task masks, what it would have masked must not come out of a record that failed. */
  private PayloadRedaction redaction() {
    return pipeline.tasks().masks()
        ? PayloadRedaction.everything()
        : pipeline.source().values().redaction(pipeline.deadLetters().redact());
  }

  private OriginMasking masking(SourceForms forms) {
    return new OriginMasking(
        pipeline.sink().shape() == ResultShape.MERGED ? forms : null, pipeline.tasks().masks());
  }

  /** Without routes there is no operator, as in savepoints of earlier versions. */
  private SingleOutputStreamOperator<EnrichedRecord> routed(
      SingleOutputStreamOperator<EnrichedRecord> enriched) {
    List<Route> routes = pipeline.sink().routes();
    return routes.isEmpty()
        ? enriched
        : named(
            "route",
            enriched.transform(
                "route",
                EnrichedRecord.TYPE,
                RouteOperatorFactory.of(routes, AnswerColumns.of(pipeline.tasks().tasks()))));
  }

  @SuppressWarnings("unchecked")
  private static DataStream<DeadLetter>[] rejected(SingleOutputStreamOperator<?>... steps) {
    return Stream.of(steps)
        .distinct()
        .map(step -> step.getSideOutput(DeadLetters.TAG))
        .toArray(DataStream[]::new);
  }

  /** The sink's own topic, then those of the routes in their order. */
  private List<OutputTopic> outputs(SourceForms source) {
    SinkSettings sink = pipeline.sink();
    return Stream.concat(Stream.of(sink.topic()), sink.routes().stream().map(Route::topic))
        .map(topic -> output(topic, source))
        .toList();
  }

  private OutputTopic output(String topic, SourceForms source) {
    SinkSettings sink = pipeline.sink();
    return new OutputTopic(
        topic,
        new ResultForm(
            form(sink.format(), topic, sink.subjects()),
            sink.shape(),
            sink.answersField(),
            AnswerColumns.of(pipeline.tasks().tasks()),
            source),
        limits.apply(topic),
        SinkPlacement.of(pipeline));
  }

  private RecordForm form(RecordFormat format, String topic, SubjectStrategy strategy) {
    return new RecordForm(format, RegistryConnection.subject(pipeline, topic, strategy));
  }

  private WatermarkStrategy<SourcedEvent> watermarks() {
    WatermarkStrategy<SourcedEvent> strategy =
        pipeline.job().watermarks()
            ? WatermarkStrategy.forBoundedOutOfOrderness(pipeline.source().maxOutOfOrderness())
            : WatermarkStrategy.noWatermarks();
    return strategy
        .withTimestampAssigner((event, previous) -> event.timestamp())
        .withIdleness(pipeline.source().idleTimeout());
  }

  private SingleOutputStreamOperator<SourcedEvent> withoutDuplicates(
      SingleOutputStreamOperator<SourcedEvent> events) {
    return pipeline
        .job()
        .dedupWithin()
        .map(
            within ->
                named(
                    "dedup",
                    events
                        .keyBy(DropDuplicatesFunction::key, Types.STRING)
                        .process(new DropDuplicatesFunction(within), SourcedEvent.TYPE)))
        .orElse(events);
  }

  private SingleOutputStreamOperator<Enrichment<SourcedEvent>> enriched(
      DataStream<SourcedEvent> events) {
    JobSettings job = pipeline.job();
    EnrichFunction<SourcedEvent> function =
        new EnrichFunction<>(
            model,
            TasksTopicSource.of(pipeline),
            new EnrichSettings(
                pipeline.overlong(),
                pipeline.sink().keepText(),
                job.maxBytesInFlight().getBytes(),
                new ClientSettings(
                    job.answerTimeout().orElse(Duration.ZERO),
                    job.answerAttempts(),
                    job.modelLinger(),
                    new Share(pipeline.name(), job.shareWeight(), job.sharePriority()),
                    job.cache().orElse(null),
                    job.crashDirectory()
                        .map(directory -> new CrashSettings(directory, pipeline.name()))
                        .orElse(null))),
            SourcedEvent::event,
            event -> event.origin().bytes());
    return named(
        "enrich",
        events.transform(
            "enrich",
            Enrichment.type(SourcedEvent.TYPE),
            new EnrichOperatorFactory(
                function,
                job.maxInFlight(),
                job.ordered() ? OutputMode.ORDERED : OutputMode.UNORDERED)));
  }

  private static <T> SingleOutputStreamOperator<T> named(
      String name, SingleOutputStreamOperator<T> operator) {
    return operator.name(name).uid(name);
  }
}
