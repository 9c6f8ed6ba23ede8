package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records to send and what should become of each. The key of every record is its name. */
final class TestingMessages {
  static final int MAX_INPUT_TOKENS = 3000;
  static final int MAX_RECORD_BYTES = 16 << 10;
  static final String ENRICHED = "ENRICHED";
  static final String TOMBSTONE = "TOMBSTONE";

  private final String topic;
  private final int partitions;
  private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
  private final Map<String, String> fates = new LinkedHashMap<>();

  TestingMessages(String topic, int partitions) {
    this.topic = topic;
    this.partitions = partitions;
  }

  /** So many good messages, and among them one of every kind that is not. */
  static TestingMessages ofEveryKind(String topic, int partitions, int good) {
    TestingMessages messages = new TestingMessages(topic, partitions);
    messages.addGood("before", good / 2);
    messages.add("cut-off", "{\"id\": \"cut-off\", \"te", "INVALID_JSON");
    messages.add("array", "[1]", "INVALID_JSON");
    messages.add("latin", new byte[] {'{', '"', (byte) 0xe9, '"', '}'}, "INVALID_UTF8");
    messages.add("no-text", "{}", "MISSING_TEXT");
    messages.add("null-text", "{\"text\": null}", "MISSING_TEXT");
    messages.add("number-text", "{\"text\": 5}", "INVALID_TEXT");
    messages.add("half-pair", "{\"text\": \"\\ud83d\"}", "INVALID_TEXT");
    messages.add("blank", "{\"text\": \" \\t\"}", "EMPTY_TEXT");
    messages.add("odd-id", "{\"text\": \"a\", \"id\": true}", "INVALID_ID");
    messages.add("odd-time", "{\"text\": \"a\", \"eventTime\": \"noon\"}", "INVALID_EVENT_TIME");
    messages.add("long", json("long", "x".repeat(MAX_INPUT_TOKENS)), "TOO_MANY_TOKENS");
    messages.add("breaks", json("breaks", TestingDelayedModel.BREAKS), "MODEL_FAILURE");
    messages.add("full", json("full", TestingDelayedModel.RUNS_OUT), "OUT_OF_MEMORY");
    messages.add(
        "large",
        "{\"id\": \"large\", \"text\": \"a\", \"channel\": \"%s\"}"
            .formatted("x".repeat(MAX_RECORD_BYTES)),
        "RECORD_TOO_LARGE");
    messages.add("huge", "x".repeat(900_000), "INVALID_JSON");
    messages.add("gone", (byte[]) null, TOMBSTONE);
    messages.addGood("after", good - good / 2);
    return messages;
  }

  void addGood(String prefix, int count) {
    for (int i = 0; i < count; i++) {
      String name = prefix + i;
      add(name, json(name, "message %s \uD83D\uDC4B {\"a\": %s}".formatted(i, i)), ENRICHED);
    }
  }

  void add(String name, String value, String fate) {
    add(name, value.getBytes(UTF_8), fate);
  }

  private void add(String name, byte[] value, String fate) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, records.size() % partitions, name.getBytes(UTF_8), value);
    record.headers().add("trace", name.getBytes(UTF_8));
    records.add(record);
    fates.put(name, fate);
  }

  List<ProducerRecord<byte[], byte[]>> records() {
    return records;
  }

  /** Some of the records. */
  List<ProducerRecord<byte[], byte[]>> records(String... names) {
    return records.stream()
        .filter(record -> List.of(names).contains(new String(record.key(), UTF_8)))
        .toList();
  }

  /** What should become of each record: ENRICHED, TOMBSTONE, or the code of its dead letter. */
  Map<String, String> fates() {
    return fates;
  }

  /** Value of a record. */
  byte[] value(String name) {
    return records.stream()
        .filter(record -> new String(record.key(), UTF_8).equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  int enrichedCount() {
    return (int)
        fates.values().stream()
            .filter(fate -> fate.equals(ENRICHED) || fate.equals(TOMBSTONE))
            .count();
  }

  private static String json(String id, String text) {
    return "{\"id\": \"%s\", \"text\": \"%s\"}".formatted(id, text.replace("\"", "\\\""));
  }
}
