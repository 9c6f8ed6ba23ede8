package io.flanstream.jobs.sql;

import io.flanstream.operators.serialize.EnrichedForms;
import io.flanstream.operators.serialize.PlainJson;
import io.flanstream.schemas.Alternative;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import io.flanstream.schemas.Fidelity;
import io.flanstream.schemas.Header;
import io.flanstream.schemas.ModelInfo;
import io.flanstream.schemas.Source;
import io.flanstream.schemas.TaskStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** An enriched event and a dead letter, in both formats. */
final class TestingResults {

  private TestingResults() {}

  static EnrichedEvent event(String id, String label, String amount) {
    return EnrichedEvent.newBuilder()
        .setId(id)
        .setEventTime(Instant.parse("2026-03-02T09:14:05.250Z"))
        .setSource(new Source("messages", 1, 7L))
        .setAttributes(Map.of("channel", "bank"))
        .setClassifications(
            List.of(
                new Classification(
                    "intent",
                    label,
                    0.75,
                    List.of(new Alternative("refund", 0.75, null)),
                    label == null)))
        .setExtractions(
            List.of(
                new Extraction(
                    "details",
                    List.of(new ExtractedField("amount", amount, 3, 10, 0.5, null, null)),
                    List.of("date"))))
        .setStatus(List.of(new TaskStatus("intent", "OK", null, null)))
        .setFidelity(new Fidelity(9, 0, 1, 1))
        .setModel(new ModelInfo("mini", "00ff", "float32", "abc"))
        .build();
  }

  /** Events of one field each, of every type. */
  static List<EnrichedEvent> typed() {
    return List.of(
        typed("seats", "seats", "1,200", "integer", "1200"),
        typed("many", "seats", "a few", "integer", null),
        typed("price", "price", "$9.50", "decimal", "9.5"),
        typed("day", "day", "Nov 23, 2026", "date", "2026-11-23"),
        typed("size", "size", "LARGE", "enum", "large"));
  }

  private static EnrichedEvent typed(
      String id, String field, String value, String type, String read) {
    EnrichedEvent event = event(id, "refund", value);
    event.setExtractions(
        List.of(
            new Extraction(
                "details",
                List.of(new ExtractedField(field, value, 0, 1, 0.5, type, read)),
                List.of())));
    return event;
  }

  static DeadLetter deadLetter() {
    return DeadLetter.newBuilder()
        .setSource(new Source("messages", 0, 9L))
        .setKey(ByteBuffer.wrap("m-4".getBytes(StandardCharsets.UTF_8)))
        .setPayloadLength(0)
        .setPayloadHash("e3b0")
        .setHeaders(List.of(new Header("h", ByteBuffer.wrap("v".getBytes(StandardCharsets.UTF_8)))))
        .setStage("DESERIALIZE")
        .setCode("INVALID_JSON")
        .setMessage("no JSON")
        .setAttempts(1)
        .build();
  }

  static <T extends SpecificRecordBase> byte[] bytes(T value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new SpecificDatumWriter<T>(written(value)).write(value, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  /** As jobs write it: generations are the last field, and there where a task writes. */
  private static Schema written(SpecificRecordBase value) {
    return value instanceof EnrichedEvent event && event.getGenerations() == null
        ? EnrichedForms.WITHOUT_GENERATIONS
        : value.getSchema();
  }

  static byte[] json(SpecificRecordBase value) {
    return PlainJson.text(value).getBytes(StandardCharsets.UTF_8);
  }

  static void send(KafkaProducer<byte[], byte[]> producer, String topic, EnrichedEvent event)
      throws IOException, ExecutionException, InterruptedException {
    send(producer, topic, event.getId(), bytes(event));
  }

  static void send(KafkaProducer<byte[], byte[]> producer, String topic, String key, byte[] value)
      throws ExecutionException, InterruptedException {
    producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value)).get();
  }
}
