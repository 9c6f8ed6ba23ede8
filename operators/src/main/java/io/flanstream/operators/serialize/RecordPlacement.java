package io.flanstream.operators.serialize;

import io.flanstream.operators.answers.AnswerColumn;
import io.flanstream.operators.record.KafkaHeader;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Where an enriched record goes within its topic, and what its headers say for those who do not
 * decode it.
 *
 * @param key what its key is
 * @param partition how its partition is chosen
 * @param headers answers that headers have, each under {@value #PREFIX} and the column's name
 */
public record RecordPlacement(Key key, Partition partition, List<AnswerColumn> headers)
    implements Serializable {
  /** What the names of such headers begin with. */
  public static final String PREFIX = "answer.";

  /** The key and the partition that Kafka gives it, and no more headers. */
  public static final RecordPlacement AS_READ =
      new RecordPlacement(Key.RECORD, Partition.BY_KEY, List.of());

  /** What a key is. */
  public enum Key {
    /** That of the record that was read; the event's id where it has none. */
    RECORD,
    /** The event's id. A tombstone, which has none, keeps its key. */
    ID
  }

  /** How a partition is chosen. */
  public enum Partition {
    /** As Kafka's producer does, by the key. */
    BY_KEY,
    /** That of the record that was read, where the topic has it; else by the key. */
    SOURCE
  }

  /** Keeps its own list. */
  public RecordPlacement {
    headers = List.copyOf(headers);
  }

  byte[] keyOf(EnrichedRecord record) {
    return key == Key.ID && record.event() != null
        ? record.id().getBytes(StandardCharsets.UTF_8)
        : record.origin().keyOr(record.id());
  }

  int partitionOf(EnrichedRecord record) {
    return partition == Partition.SOURCE
        ? record.origin().partition()
        : OutboundRecord.ANY_PARTITION;
  }

  /** Headers with answers in place of those of the same names; none for an answer that is null. */
  List<KafkaHeader> headersOf(EnrichedRecord record, List<KafkaHeader> passed) {
    if (headers.isEmpty() || record.event() == null) {
      return passed;
    }
    List<KafkaHeader> all = new ArrayList<>(passed);
    for (AnswerColumn column : headers) {
      String name = PREFIX + column.name();
      all.removeIf(header -> header.name().equals(name));
      Object answer = column.of(record.event());
      if (answer != null) {
        all.add(new KafkaHeader(name, answer.toString().getBytes(StandardCharsets.UTF_8)));
      }
    }
    return all;
  }
}
