package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.local.LocalCluster;
import io.flanstream.schemas.DeadLetter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One pipeline reads changes of rows in Avro and messages in Protobuf, masks them, asks for fields
 * where the intent has them, and writes both with their answers to three topics, each once, while a
 * TaskManager is killed.
 *
 * <p>{@code -Dflanstream.routes.kills=10 -Dflanstream.routes.records=10000} makes it long.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class OnePipelineITCase {
  private static final int KILLS = Integer.getInteger("flanstream.routes.kills", 1);
  private static final int RECORDS = Integer.getInteger("flanstream.routes.records", 400);
  private static final String[] OPTIONS = {"--slots", "2"};
  private static final List<String> TOPICS = List.of("out", "refunds", "sevens");
  private static final List<String> TEXTS =
      List.of(
          "Ann Lee wants her money back, write to ann@lee.example",
          "the card of Ann Lee was lost in Bath, bo@ng.example",
          "thanks for the good service, zoe@adams.example");
  private static final List<String> PRIVATE = List.of("ann@lee", "bo@ng", "zoe@adams");
  private static final String ORDER =
      "syntax = \"proto3\"; package shop; message Order { string body = 1; string copy = 2; }";
  private static final TestingChange CHANGES = TestingChange.of("body");

  @TempDir private Path directory;
  private int masked;
  private int asked;

  @Test
  void theUnionOfAllRoutesHasEachRecordOnce()
      throws IOException, InterruptedException, TimeoutException, GeneralSecurityException {
    try (TestingSchemaRegistry registry = new TestingSchemaRegistry(directory);
        EmbeddedKafka kafka = EmbeddedKafka.start();
        TestingCluster cluster = new TestingCluster(directory, OPTIONS)) {
      registry.demand("BACKWARD");
      TestingTopics topics = new TestingTopics(kafka);
      topics.create(2, "tickets", "orders", "out", "refunds", "sevens", "dead");
      int change = registry.register("tickets-value", CHANGES.schema().toString(), "AVRO");
      int order = registry.register("orders-value", ORDER, "PROTOBUF");
      cluster.run(0, "run", pipeline(kafka, registry).toString());
      try (TestingFeed tickets =
              new TestingFeed(
                  kafka.bootstrapServers(),
                  "tickets",
                  2,
                  RECORDS,
                  number -> framed(number, change, change(text(number))));
          TestingFeed orders =
              new TestingFeed(
                  kafka.bootstrapServers(),
                  "orders",
                  2,
                  RECORDS,
                  number -> framed(number, order, order(text(number))))) {
        for (int kill = 0; kill < KILLS; kill++) {
          tickets.awaitSent((kill + 1) * RECORDS / (KILLS + 1));
          topics.readUntil("dead", 1 + kill * RECORDS / (KILLS + 1) / 10);
          cluster.kill(LocalCluster.taskManager(1));
          cluster.up(OPTIONS);
        }
        tickets.awaitSent(RECORDS);
        orders.awaitSent(RECORDS);
        topics.readUntil("dead", 2 * tickets.bad().size());
        List<String> expected = new ArrayList<>(tickets.good());
        expected.addAll(orders.good());
        assertEachOnce(topics, registry, expected);
        assertDead(topics.read("dead"), 2 * tickets.bad().size());
        assertThat(cluster.logged()).as("what its processes log").isNotEmpty();
        PRIVATE.forEach(
            name -> assertThat(cluster.logged()).as(name).noneMatch(line -> line.contains(name)));
      }
      // A subject for each type and topic: the registry compares what can be compared.
      assertThat(registry.subjects())
          .contains("tickets-value", "out-shop.tickets.Envelope", "out-shop.Order");
      assertThat(masked).as("texts with a masked name").isPositive();
      assertThat(asked).as("records with a city").isPositive();
    }
  }

  private void assertEachOnce(
      TestingTopics topics, TestingSchemaRegistry registry, List<String> expected)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    List<String> seen = new ArrayList<>();
    while (seen.size() < expected.size() && System.nanoTime() < deadline) {
      seen.clear();
      TOPICS.forEach(topic -> seen.addAll(topics.keys(topic)));
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
    Map<Integer, Schema> schemas = new HashMap<>();
    for (String topic : TOPICS) {
      for (ConsumerRecord<byte[], byte[]> record : topics.read(topic)) {
        GenericRecord merged = merged(record.value(), registry, schemas);
        GenericRecord answers = (GenericRecord) merged.get("answers");
        String text = text(merged);
        String intent = answers.get("intent") == null ? "none" : answers.get("intent").toString();
        String key = new String(record.key(), UTF_8);
        assertThat(topic)
            .isEqualTo(intent.equals("refund") ? "refunds" : key.endsWith("7") ? "sevens" : "out");
        assertThat(text).contains("[EMAIL_1]");
        assertNothingPrivate(record);
        assertThat(answers.get("id")).hasToString(key);
        assertThat(record.partition()).isEqualTo(TestingFeed.number(key) % 2);
        if (intent.equals("praise") || intent.equals("none")) {
          assertThat(answers.get("city")).isNull();
        }
        masked += text.contains("[NAME_1]") ? 1 : 0;
        asked += answers.get("city") == null ? 0 : 1;
      }
    }
  }

  /** Nothing of what could not be read goes out. */
  private static void assertDead(List<ConsumerRecord<byte[], byte[]>> letters, int expected) {
    Set<String> places = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : letters) {
      DeadLetter letter = TestingTopics.decoded(record.value(), new DeadLetter());
      assertThat(letter.getCode()).isIn("INVALID_FRAME");
      assertThat(letter.getPayload()).isNull();
      assertThat(letter.getKey()).isNull();
      assertThat(letter.getHeaders()).isEmpty();
      assertNothingPrivate(record);
      places.add(letter.getSource().toString());
    }
    assertThat(letters).hasSize(expected);
    assertThat(places).hasSize(expected);
  }

  private static void assertNothingPrivate(ConsumerRecord<byte[], byte[]> record) {
    String bytes =
        new String(record.value(), UTF_8) + new String(record.key(), UTF_8) + record.headers();
    PRIVATE.forEach(value -> assertThat(bytes).doesNotContain(value));
  }

  private static GenericRecord merged(
      byte[] value, TestingSchemaRegistry registry, Map<Integer, Schema> schemas)
      throws IOException, InterruptedException {
    int id = ByteBuffer.wrap(value).getInt(1);
    if (!schemas.containsKey(id)) {
      schemas.put(id, new Schema.Parser().parse(registry.schema(id)));
    }
    return new GenericDatumReader<GenericRecord>(schemas.get(id))
        .read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
  }

  private static String text(GenericRecord merged) {
    return merged.hasField("after")
        ? ((GenericRecord) merged.get("after")).get("body").toString()
        : merged.get("body").toString();
  }

  private static String text(int number) {
    return TEXTS.get(number % TEXTS.size());
  }

  /** What the feed means to be malformed has no frame. */
  private static byte[] framed(int number, int id, byte[] bytes) {
    byte[] usual = TestingFeed.messages(of -> "").apply(number);
    return usual[usual.length - 1] != '}'
        ? text(number).getBytes(UTF_8)
        : ByteBuffer.allocate(5 + bytes.length).put((byte) 0).putInt(id).put(bytes).array();
  }

  private static byte[] change(String text) {
    return CHANGES.of("c", Map.of("body", text));
  }

  /** By hand: the first type of the file, then its fields by number and length. */
  private static byte[] order(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return ByteBuffer.allocate(5 + 2 * bytes.length)
        .put((byte) 0)
        .put((byte) 10)
        .put((byte) bytes.length)
        .put(bytes)
        .put((byte) 18)
        .put((byte) bytes.length)
        .put(bytes)
        .array();
  }

  private Path pipeline(EmbeddedKafka kafka, TestingSchemaRegistry registry) throws IOException {
    return Files.writeString(
        directory.resolve("one.yaml"),
        """
        name: one
        kafka: { bootstrap-servers: "%s" }
        registry: { url: "%s", properties: %s }
        source:
          topics: [tickets, orders]
          format: avro-confluent
          topic-formats: { orders: protobuf-confluent }
          topic-envelopes: { tickets: debezium }
          text: body
          id: "kafka:key"
          from: earliest
        model: { path: "%s", threads: 1 }
        tasks:
          - { name: private, type: masking, fields: [name], forms: [email] }
          - { name: intent, type: classification, labels: [refund, card, praise] }
          - { name: where, type: extraction, fields: [city], when: { task: intent, labels: [refund, card] } }
        sink:
          topic: out
          shape: merged
          partition: source
          answer-headers: [intent]
          routes:
            - { when: "intent = 'refund'", topic: refunds }
            - { when: "id LIKE '%%7'", topic: sevens }
        dead-letters: { topic: dead }
        job: { checkpoint-interval: 1 s, parallelism: 2 }
        """
            .formatted(
                kafka.bootstrapServers(),
                registry.url(),
                new ObjectMapper().writeValueAsString(registry.properties(directory)),
                TestingPipelines.CHECKPOINT));
  }
}
