package io.flanstream.jobs.deadletter;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.registry.RegistryConnection;
import io.flanstream.operators.ingest.EventReader;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.Source;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The ids that the events of dead letters have or would have, by the pipeline's source. */
final class EventIds implements Function<StoredDeadLetter, String> {
  private final Pipeline pipeline;
  private Function<String, EventReader> readers;

  EventIds(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** Only where somebody asks: it may need the registry. */
  private void open() {
    RegistryConnection registry = RegistryConnection.of(pipeline);
    readers = pipeline.source().values().forms(registry).each(EventReader::new);
  }

  /** The id; empty where the record could not be read so far, or is not whole. */
  @Override
  public String apply(StoredDeadLetter stored) {
    if (readers == null) {
      open();
    }
    DeadLetter letter = stored.letter();
    Source source = letter.getSource();
    List<KafkaHeader> headers =
        Optional.ofNullable(letter.getHeaders()).orElse(List.of()).stream()
            .map(header -> new KafkaHeader(header.getName(), bytes(header.getValue())))
            .toList();
    KafkaRecord record =
        new KafkaRecord(
            source.getTopic(),
            source.getPartition(),
            source.getOffset(),
            0,
            bytes(letter.getKey()),
            bytes(letter.getPayload()),
            headers);
    return readers.apply(record.topic()).id(record).orElse("");
  }

  private static byte[] bytes(ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
