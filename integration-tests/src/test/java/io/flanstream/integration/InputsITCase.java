package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * One pipeline over two topics, changes of rows in Avro and messages in Protobuf, whose schemas are
 * in Apicurio. {@code -Dflanstream.fuzz} says how many records each has, 200 unless set.
 */
@Timeout(300)
class InputsITCase {
  private static final int RECORDS = Integer.getInteger("flanstream.fuzz", 200);
  private static final String WHO =
      "syntax = \"proto3\"; package shop; message Who { string name = 1; }";
  private static final String ORDER =
      """
      syntax = "proto3";
      package shop;
      import "who.proto";
      message Other { string note = 1; }
      message Order { string note = 1; string number = 2; Who who = 3; }
      """;
  private static final TestingChange CHANGES = TestingChange.of("number", "description");

  @TempDir private static Path directory;
  private static TestingSchemaRegistry registry;
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();
  private static TestingTopics topics;

  private final Random random = new Random(22);

  @BeforeAll
  static void start() throws IOException, InterruptedException, GeneralSecurityException {
    registry = new TestingSchemaRegistry(directory);
    topics = new TestingTopics(SERVERS.kafka());
  }

  @AfterAll
  static void stop() {
    registry.close();
  }

  @Test
  void everyChangeAndEveryMessageIsOneRecord() throws Exception {
    topics.create(1, "tickets", "orders", "out", "dead");
    int change = registry.register("tickets-value", CHANGES.schema().toString(), "AVRO");
    registry.register("who", WHO, "PROTOBUF");
    int order = registry.registerReferring("orders-value", ORDER, "PROTOBUF", "who.proto", "who");
    Map<String, String> fates = new TreeMap<>();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      String op = List.of("c", "u", "r", "d", "t").get(random.nextInt(5));
      records.add(record("tickets", "t" + i, framed(change, change("t" + i, op))));
      fates.put("t" + i, op.equals("d") ? "deleted" : op.equals("t") ? "INVALID_ENVELOPE" : op);
      byte[] message = framed(order, order("o" + i));
      if (random.nextInt(4) == 0) {
        // Cut in the string, or with a part of its frame.
        boolean cut = random.nextBoolean();
        records.add(
            record(
                "orders",
                "o" + i,
                cut ? Arrays.copyOf(message, 12) : Arrays.copyOfRange(message, 4, message.length)));
        fates.put("o" + i, cut ? "INVALID_PROTOBUF" : "INVALID_FRAME");
      } else {
        records.add(record("orders", "o" + i, message));
        fates.put("o" + i, "Ann");
      }
    }
    topics.write(records);

    TestingModelProvider model =
        new TestingModelProvider("inputs", TestingMessages.MAX_INPUT_TOKENS);
    TestingJobs.submitWithoutRestarts(pipeline().bounded(), model).getJobExecutionResult().get();

    Map<String, String> seen = new TreeMap<>();
    ObjectMapper json = new ObjectMapper();
    for (ConsumerRecord<byte[], byte[]> record : topics.read("out")) {
      String key = new String(record.key(), UTF_8);
      String fate = "deleted";
      if (record.value() != null) {
        JsonNode event = json.readTree(record.value());
        assertThat(event.path("id").asText()).isEqualTo(key);
        assertThat(event.path("text").asText()).isEqualTo("where is " + key);
        fate = event.path("attributes").path(key.startsWith("t") ? "op" : "name").asText();
      }
      assertThat(seen.put(key, fate)).as(key).isNull();
    }
    for (ConsumerRecord<byte[], byte[]> record : topics.read("dead")) {
      String key = new String(record.key(), UTF_8);
      JsonNode letter = json.readTree(record.value());
      assertThat(seen.put(key, letter.path("code").asText())).as(key).isNull();
    }
    assertThat(seen).isEqualTo(fates);
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String key, byte[] value) {
    return new ProducerRecord<>(topic, 0, key.getBytes(UTF_8), value);
  }

  private static byte[] framed(int id, byte[] bytes) {
    return ByteBuffer.allocate(5 + bytes.length).put((byte) 0).putInt(id).put(bytes).array();
  }

  private static byte[] change(String number, String op) {
    return CHANGES.of(op, Map.of("number", number, "description", "where is " + number));
  }

  /** By hand: the second type of the file, then its fields by number and length. */
  private static byte[] order(String number) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {2, 2});
    for (String field : List.of("where is " + number, number, "\n\3Ann")) {
      byte[] bytes = field.getBytes(UTF_8);
      out.write(field.startsWith("where") ? 10 : field.startsWith("o") ? 18 : 26);
      out.write(bytes.length);
      out.write(bytes);
    }
    return out.toByteArray();
  }

  private static Pipeline pipeline() throws IOException {
    return PipelineFile.parse(
        String.format(
            Locale.ROOT,
            """
            name: inputs
            kafka: { bootstrap-servers: "%s" }
            registry: { url: "%s", properties: %s }
            source:
              topics: [tickets, orders]
              format: protobuf-confluent
              topic-formats: { tickets: avro-confluent }
              topic-envelopes: { tickets: debezium }
              text-template: "{description}{note}"
              id: number
              attributes: ["envelope:op", /who/name]
            model: { path: nowhere }
            tasks: [ { name: intent, type: classification, labels: [ask, order, complain] } ]
            sink: { topic: out, format: json }
            dead-letters: { topic: dead, format: json }
            job: { checkpoint-interval: 200ms, checkpoint-directory: "%s", model-linger: 0s }
            """,
            SERVERS.kafka().bootstrapServers(),
            registry.url(),
            new ObjectMapper().writeValueAsString(registry.properties(directory)),
            directory.toUri()),
        "inputs",
        directory);
  }
}
