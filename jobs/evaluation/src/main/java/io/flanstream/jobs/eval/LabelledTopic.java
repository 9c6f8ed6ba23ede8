package io.flanstream.jobs.eval;

import io.flanstream.jobs.kafka.CommittedTopic;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.terminal.CommandException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Texts with the right answers in a topic of a pipeline's Kafka, a JSON object a record. */
public final class LabelledTopic {
  private LabelledTopic() {}

  /**
   * Reads a topic from its beginning to where it ends now. Records without a value are passed over.
   *
   * @param pipeline whose Kafka it is, and whose tasks the answers are for
   * @param topic the topic
   * @param form how its values stand for those of the source
   * @param unit what offsets count
   * @throws CommandException if records are wrong, with the partition and offset of each and what
   *     is wrong
   */
  public static LabelledTexts read(
      Pipeline pipeline, String topic, LineForm form, OffsetUnit unit) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    new CommittedTopic(pipeline.kafka(), topic).read(records::add);
    // Which partition answers first is chance.
    records.sort(Comparator.comparingInt(ConsumerRecord::partition));
    LabelledReader reader = LabelledReader.of(pipeline, form, unit);
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.value() != null) {
        read(record, reader);
      }
    }
    return reader.texts("topic " + topic, topic);
  }

  private static void read(ConsumerRecord<byte[], byte[]> record, LabelledReader reader) {
    String place = "partition %s, offset %s".formatted(record.partition(), record.offset());
    try {
      ByteBuffer value = ByteBuffer.wrap(record.value());
      reader.read(place, StandardCharsets.UTF_8.newDecoder().decode(value).toString());
    } catch (CharacterCodingException e) {
      reader.refuse(place, "it must be UTF-8");
    }
  }
}
