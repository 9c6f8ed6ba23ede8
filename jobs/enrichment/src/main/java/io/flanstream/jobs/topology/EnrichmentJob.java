package io.flanstream.jobs.topology;

import io.flanstream.jobs.offsets.CommitOffsetsFactory;
import io.flanstream.jobs.offsets.ReadPositionsFunction;
import io.flanstream.jobs.pipeline.JobSettings;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.state.OwnerClaim;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.ModelProvider;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.serialize.OutboundRecord;
import java.util.Optional;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A pipeline between Kafka topics, exactly once.
 *
 * <p>A source that ends still runs as a stream: at its end a last Flink checkpoint commits what is
 * open. As a Flink batch job the sinks would keep one transaction for the whole job (FLINK-37622).
 */
public final class EnrichmentJob {

  private EnrichmentJob() {}

  /**
   * What Flink must be told about a pipeline.
   *
   * @param pipeline the pipeline
   * @return its configuration, to lay over that of the cluster
   */
  public static Configuration configuration(Pipeline pipeline) {
    JobSettings job = pipeline.job();
    Configuration config = new Configuration();
    config.set(PipelineOptions.NAME, pipeline.name());
    config.set(CoreOptions.DEFAULT_PARALLELISM, job.parallelism());
    config.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
    config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, job.checkpointInterval());
    config.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
    config.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, pipeline.sink().longestCheckpoint());
    // Results wait for the next; how long, the transactions behind them say.
    config.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
    job.checkpointDirectory()
        .ifPresent(
            uri -> {
              config.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, uri);
              // A later run goes on from them.
              config.set(
                  CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                  ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
            });
    config.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    config.set(PipelineOptions.GENERIC_TYPES, false);
    // Offsets are committed by what is in operators and what chained sinks have committed.
    config.set(CheckpointingOptions.ENABLE_UNALIGNED, false);
    config.set(PipelineOptions.OPERATOR_CHAINING, true);
    // What goes between operators is never changed.
    config.set(PipelineOptions.OBJECT_REUSE, true);
    return config;
  }

  /**
   * Adds a pipeline to a job, with the model of its checkpoint directory.
   *
   * @param env where to add it; it is configured too
   * @param pipeline the pipeline
   */
  public static void add(StreamExecutionEnvironment env, Pipeline pipeline) {
    add(env, pipeline, Optional.empty());
  }

  /**
   * Adds a pipeline to a job that is to be its only one.
   *
   * @param env where to add it; it is configured too
   * @param pipeline the pipeline
   * @param claim as whom the job runs; where empty, nobody is asked whether it runs already
   */
  public static void add(
      StreamExecutionEnvironment env, Pipeline pipeline, Optional<OwnerClaim> claim) {
    add(env, pipeline, new CheckpointModel(pipeline.model()), claim);
  }

  /**
   * Adds a pipeline to a job.
   *
   * @param env where to add it; it is configured too
   * @param pipeline the pipeline
   * @param model opens the model
   */
  public static void add(StreamExecutionEnvironment env, Pipeline pipeline, ModelProvider model) {
    add(env, pipeline, model, Optional.empty());
  }

  /** The same, for a job that is to be the pipeline's only one. */
  public static void add(
      StreamExecutionEnvironment env,
      Pipeline pipeline,
      ModelProvider model,
      Optional<OwnerClaim> claim) {
    Optional<PipelineLineage> lineage = lineage(env, pipeline);
    EnrichmentTopology.Outputs outputs = addEnrichment(env, pipeline, model, claim, lineage);
    DataStreamSink<OutboundRecord> enriched = sink(outputs.enriched(), pipeline, "enriched", 0);
    DataStreamSink<OutboundRecord> deadLetters =
        sink(outputs.deadLetters(), pipeline, "dead-letters", 1);
    lineage.ifPresent(
        of -> {
          of.ofEnriched(enriched.getTransformation());
          of.ofDeadLetters(deadLetters.getTransformation());
        });
  }

  /** Only where somebody listens: the weights' hash may have to be computed for it. */
  private static Optional<PipelineLineage> lineage(
      StreamExecutionEnvironment env, Pipeline pipeline) {
    return PipelineLineage.isWanted(env.getConfiguration())
        ? Optional.of(new PipelineLineage(pipeline))
        : Optional.empty();
  }

  private static DataStreamSink<OutboundRecord> sink(
      DataStream<OutboundRecord> records, Pipeline pipeline, String purpose, int number) {
    String committing = "commit-offsets-" + purpose;
    return records
        .transform(
            committing,
            OutboundRecord.TYPE,
            new CommitOffsetsFactory(
                pipeline.kafka().clientProperties(),
                pipeline.kafka().groupId(),
                pipeline.source().topics().text(),
                number))
        .uid(committing)
        .sinkTo(KafkaEnds.sink(pipeline, purpose))
        .name(purpose)
        .uid(purpose);
  }

  /**
   * Adds a pipeline without its sinks to a job.
   *
   * @param env where to add it; it is configured too
   * @param pipeline the pipeline
   * @param model opens the model
   * @return what would go to the sinks
   */
  public static EnrichmentTopology.Outputs addEnrichment(
      StreamExecutionEnvironment env, Pipeline pipeline, ModelProvider model) {
    return addEnrichment(env, pipeline, model, Optional.empty(), Optional.empty());
  }

  private static EnrichmentTopology.Outputs addEnrichment(
      StreamExecutionEnvironment env,
      Pipeline pipeline,
      ModelProvider model,
      Optional<OwnerClaim> claim,
      Optional<PipelineLineage> lineage) {
    env.configure(configuration(pipeline));
    SingleOutputStreamOperator<KafkaRecord> source =
        env.fromSource(
                KafkaEnds.source(pipeline, claim.orElse(null)),
                WatermarkStrategy.noWatermarks(),
                "source",
                KafkaRecord.TYPE)
            .uid("source");
    lineage.ifPresent(of -> of.ofSource(source.getTransformation()));
    DataStream<KafkaRecord> records =
        source
            .map(new ReadPositionsFunction(pipeline.source().topics().one().orElse(null)))
            .returns(KafkaRecord.TYPE)
            .name("read-positions")
            .uid("read-positions");
    return new EnrichmentTopology(
            pipeline,
            model,
            topic ->
                new TopicLimit(
                    pipeline.kafka().clientProperties(), topic, pipeline.sink().maxRecordBytes()),
            new KafkaTopicIdentity(pipeline.kafka().clientProperties(), pipeline.source().topics()))
        .from(records);
  }
}
