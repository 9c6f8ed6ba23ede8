package io.flanstream.jobs.deadletter;

import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.Source;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A dead letter in its topic.
 *
 * @param time when it was written
 * @param partition its partition of the topic
 * @param offset its offset in that partition
 * @param letter the letter
 */
public record StoredDeadLetter(Instant time, int partition, long offset, DeadLetter letter) {

  /** Where the record was read from: topic-partition-offset. */
  public String id() {
    Source source = letter.getSource();
    return "%s-%s-%s".formatted(source.getTopic(), source.getPartition(), source.getOffset());
  }

  /** The record's key as text; empty where it has none. */
  public String key() {
    return letter.getKey() == null ? "" : text(letter.getKey());
  }

  /** The record's value as text, as much as there is of it. */
  public String payload() {
    return letter.getPayload() == null ? "" : text(letter.getPayload());
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }
}
