package io.flanstream.jobs.pipeline;

import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskSet;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * A pipeline file, checked.
 *
 * @param name name of the pipeline
 * @param kafka which Kafka
 * @param registry which schema registry; none where empty
 * @param source what is read
 * @param model options under {@code model.*}, checked; its path is absolute
 * @param tasks what is asked of every text
 * @param overlong what happens to a text that does not fit
 * @param sink how results are written
 * @param deadLetters where records go that could not be enriched
 * @param job how the Flink job runs
 * @param tasksTopic topic from which the tasks come while the job runs, where there is one
 * @param history the table in which results are kept, where there is one
 */
public record Pipeline(
    String name,
    KafkaSettings kafka,
    Optional<RegistrySettings> registry,
    SourceSettings source,
    Configuration model,
    TaskSet tasks,
    OverlongPolicy overlong,
    SinkSettings sink,
    DeadLetterSettings deadLetters,
    JobSettings job,
    Optional<String> tasksTopic,
    Optional<HistorySettings> history) {

  /** The same, ended where the source topic ends when the job starts, unless it ends already. */
  public Pipeline bounded() {
    return with(source.bounded(), job);
  }

  /** The same, begun and ended elsewhere. */
  public Pipeline reading(Position start, Optional<Position> end) {
    return with(source.between(start, end), job);
  }

  /** The same, with Flink checkpoints in another directory. */
  public Pipeline withCheckpointsIn(String directory) {
    return with(source, job.withCheckpointsIn(directory));
  }

  private Pipeline with(SourceSettings otherSource, JobSettings otherJob) {
    return new Pipeline(
        name,
        kafka,
        registry,
        otherSource,
        model,
        tasks,
        overlong,
        sink,
        deadLetters,
        otherJob,
        tasksTopic,
        history);
  }

  /**
   * The same between other ends, with its tasks as they are now and every event kept.
   *
   * @param otherSource what is read
   * @param otherSink how results are written
   * @param otherDeadLetters where records go that could not be enriched
   */
  public Pipeline between(
      SourceSettings otherSource, SinkSettings otherSink, DeadLetterSettings otherDeadLetters) {
    return new Pipeline(
        name,
        kafka,
        registry,
        otherSource,
        model,
        tasks,
        overlong,
        otherSink,
        otherDeadLetters,
        job.withoutDedup(),
        Optional.empty(),
        history);
  }
}
