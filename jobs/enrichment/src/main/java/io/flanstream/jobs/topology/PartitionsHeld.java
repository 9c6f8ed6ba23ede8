package io.flanstream.jobs.topology;

import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.kafka.common.TopicPartition;

/**
 * What a reader tells the enumerator.
 *
 * @param partitions the partitions that it has
 * @param atEnd whether it has read all of them to where the run ends
 */
record PartitionsHeld(Set<TopicPartition> partitions, boolean atEnd) implements SourceEvent {
  private static final long serialVersionUID = 1L;

  /** Keeps its own copy. */
  PartitionsHeld {
    partitions = Set.copyOf(partitions);
  }
}
