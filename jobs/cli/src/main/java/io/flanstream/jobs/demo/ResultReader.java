package io.flanstream.jobs.demo;

import io.flanstream.jobs.demo.Results.Keyed;
import io.flanstream.jobs.kafka.CommittedTopic;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.operators.serialize.EnrichedForms;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads a pipeline's two output topics from their beginning, committed records only. */
final class ResultReader implements AutoCloseable {
  private final String deadLetterTopic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Results results = new Results();

  ResultReader(Pipeline pipeline) {
    this.deadLetterTopic = pipeline.deadLetters().topic();
    this.consumer = CommittedTopic.consumer(pipeline.kafka());
    List<TopicPartition> partitions =
        List.of(pipeline.sink().topic(), deadLetterTopic).stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** What came so far, after waiting so long for more. */
  Results poll(Duration patience) {
    consumer.poll(patience).forEach(this::add);
    return results;
  }

  /** Everything that is committed now. */
  Results readAll() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      poll(Duration.ofMillis(200));
    }
    return results;
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    String key = new String(record.key(), StandardCharsets.UTF_8);
    if (record.topic().equals(deadLetterTopic)) {
      results.deadLetters().add(new Keyed<>(key, deadLetter(record.value())));
    } else {
      results.enriched().add(new Keyed<>(key, enriched(record.value())));
    }
  }

  private static EnrichedEvent enriched(byte[] value) {
    try {
      return EnrichedForms.read(value);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read result: it is no EnrichedEvent", e);
    }
  }

  private static DeadLetter deadLetter(byte[] value) {
    try {
      return new SpecificDatumReader<DeadLetter>(DeadLetter.getClassSchema())
          .read(null, DecoderFactory.get().binaryDecoder(value, null));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read result: it is no DeadLetter", e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
