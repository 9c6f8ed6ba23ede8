package io.flanstream.jobs.deadletter;

import io.flanstream.jobs.kafka.CommittedTopic;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.registry.RegistryConnection;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The dead letters of a pipeline, as far as they are committed. */
public final class DeadLetterTopic {
  private final Pipeline pipeline;
  private final DeadLetterReader reader;

  /** The topic of a pipeline. */
  public DeadLetterTopic(Pipeline pipeline) {
    this.pipeline = pipeline;
    this.reader =
        new DeadLetterReader(pipeline.deadLetters().format(), RegistryConnection.of(pipeline));
  }

  /**
   * Reads the topic from its beginning to where it ends now.
   *
   * @param letters takes each dead letter, those of a partition in order
   * @return number of records that are none
   */
  public long read(Consumer<StoredDeadLetter> letters) {
    AtomicLong others = new AtomicLong();
    new CommittedTopic(pipeline.kafka(), pipeline.deadLetters().topic())
        .read(
            record -> {
              if (!take(record, letters)) {
                others.incrementAndGet();
              }
            });
    return others.get();
  }

  private boolean take(ConsumerRecord<byte[], byte[]> record, Consumer<StoredDeadLetter> letters) {
    StoredDeadLetter letter;
    try {
      letter =
          new StoredDeadLetter(
              Instant.ofEpochMilli(record.timestamp()),
              record.partition(),
              record.offset(),
              reader.read(record.value()));
    } catch (IOException e) {
      return false;
    }
    letters.accept(letter);
    return true;
  }
}
