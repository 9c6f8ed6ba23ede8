package io.flanstream.jobs.eval;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.topology.EnrichmentJob;
import io.flanstream.jobs.topology.EnrichmentTopology;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.serialize.EnrichedForms;
import io.flanstream.operators.serialize.OutboundRecord;
import io.flanstream.operators.serialize.RecordFormat;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.collect.CollectSinkOperatorFactory;
import org.apache.flink.util.CloseableIterator;

/**
 * A pipeline's own topology between labelled texts and this process: what a record goes through on
 * its way from topic to topic, a labelled text goes through too.
 */
public final class EvaluationJob {
  private static final long RESULT_OVERHEAD = 64 << 10;

  private final Pipeline pipeline;
  private final LabelledTexts labelled;
  private final Answer[] answers;
  private int answered;

  private EvaluationJob(Pipeline pipeline, LabelledTexts labelled) {
    this.pipeline =
        pipeline.between(
            pipeline.source().with(labelled.lines().values()),
            pipeline.sink().as(RecordFormat.AVRO),
            pipeline.deadLetters().as(RecordFormat.AVRO));
    this.labelled = labelled;
    this.answers = new Answer[labelled.texts().size()];
  }

  /**
   * Runs a pipeline's tasks over texts.
   *
   * @param pipeline the pipeline
   * @param labelled the texts, with the right answers
   * @param client where the job runs
   * @param progress is told how many texts are done
   * @return what came of each text
   * @throws Exception if the job fails
   */
  public static EvaluationRun run(
      Pipeline pipeline, LabelledTexts labelled, Configuration client, IntConsumer progress)
      throws Exception {
    EvaluationJob job = new EvaluationJob(pipeline, labelled);
    job.run(client, progress);
    List<Answer> answers = List.of(job.answers);
    return new EvaluationRun(Evaluation.of(pipeline, labelled, answers), answers);
  }

  @SuppressWarnings("try")
  private void run(Configuration client, IntConsumer progress) throws Exception {
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(client);
    env.configure(configuration());
    EnrichmentTopology.Outputs outputs =
        new EnrichmentTopology(pipeline, new CheckpointModel(pipeline.model()))
            .from(env.fromData(records(), KafkaRecord.TYPE).name("labelled").uid("labelled"));
    // As one stream: what collects holds the job up when it is full, and the other would never end.
    DataStream<Tuple2<Boolean, OutboundRecord>> results =
        marked(outputs.enriched(), true).union(marked(outputs.deadLetters(), false));
    try (CloseableIterator<Tuple2<Boolean, OutboundRecord>> collected = results.collectAsync()) {
      var unusedClient = env.executeAsync("eval " + pipeline.name());
      while (collected.hasNext()) {
        Tuple2<Boolean, OutboundRecord> result = collected.next();
        if (result.f0) {
          EnrichedEvent event = EnrichedForms.read(result.f1.value());
          add(event.getSource().getOffset(), event, null);
        } else {
          DeadLetter letter = deadLetter(result.f1);
          add(letter.getSource().getOffset(), null, letter);
        }
        progress.accept(answered);
      }
    }
    if (answered != answers.length) {
      throw new IllegalStateException(
          "Cannot evaluate: %s texts went in, %s came out".formatted(answers.length, answered));
    }
  }

  private static DataStream<Tuple2<Boolean, OutboundRecord>> marked(
      DataStream<OutboundRecord> records, boolean isEnriched) {
    return records
        .map(record -> Tuple2.of(isEnriched, record))
        .returns(Types.TUPLE(Types.BOOLEAN, OutboundRecord.TYPE));
  }

  private Configuration configuration() {
    Configuration config = EnrichmentJob.configuration(pipeline);
    // With checkpoints the results would come when one completes.
    config.removeConfig(CheckpointingOptions.CHECKPOINTING_INTERVAL);
    config.removeConfig(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
    // A result may be as large as a record of the sinks, and a little is added on the way.
    MemorySize largest = new MemorySize(pipeline.sink().maxRecordBytes() + RESULT_OVERHEAD);
    if (largest.compareTo(config.get(CollectSinkOperatorFactory.MAX_BATCH_SIZE)) > 0) {
      config.set(CollectSinkOperatorFactory.MAX_BATCH_SIZE, largest);
    }
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    // What collects has no uid, and nothing is restored.
    config.set(PipelineOptions.AUTO_GENERATE_UIDS, true);
    return config;
  }

  /** A text's offset is its place among the texts. */
  private List<KafkaRecord> records() {
    List<KafkaRecord> records = new ArrayList<>();
    for (LabelledText text : labelled.texts()) {
      records.add(LabelledReader.record(records.size(), labelled.lines().value(text.value())));
    }
    return records;
  }

  private void add(long offset, EnrichedEvent event, DeadLetter letter) {
    int index = (int) offset;
    LabelledText text = labelled.texts().get(index);
    if (answers[index] != null) {
      throw new IllegalStateException("Cannot evaluate: %s came out twice".formatted(text.place()));
    }
    answers[index] =
        new Answer(
            text,
            event,
            letter == null
                ? null
                : new Answer.Failure(
                    text.place(), text.id(), null, letter.getCode(), letter.getMessage()));
    answered++;
  }

  private static DeadLetter deadLetter(OutboundRecord record) {
    try {
      return new SpecificDatumReader<DeadLetter>(DeadLetter.getClassSchema())
          .read(null, DecoderFactory.get().binaryDecoder(record.value(), null));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read result: it is no DeadLetter", e);
    }
  }
}
