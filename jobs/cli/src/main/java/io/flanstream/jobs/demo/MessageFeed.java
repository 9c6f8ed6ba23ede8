package io.flanstream.jobs.demo;

import io.flanstream.jobs.pipeline.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends messages to a pipeline's source topic. */
final class MessageFeed {
  private MessageFeed() {}

  /** Sends them all; returns when Kafka has them. */
  static void send(Pipeline pipeline, List<Message> messages)
      throws InterruptedException, ExecutionException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            pipeline.kafka().clientProperties(),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (Message message : messages) {
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    pipeline.source().topic(), message.keyBytes(), message.valueBytes())));
      }
      for (Future<RecordMetadata> acknowledged : sent) {
        acknowledged.get();
      }
    }
  }
}
