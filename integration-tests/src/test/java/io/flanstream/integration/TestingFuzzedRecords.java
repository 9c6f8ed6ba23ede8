package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.integration.TestingFuzz.Payload;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.Source;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Records with fuzzed payloads, each between good ones of its partition. */
final class TestingFuzzedRecords {
  private static final int LARGE = TestingTopics.BROKER_LIMIT / 2;
  private static final int ROUND = 400;

  private final TestingFuzz fuzz;
  private final String topic;
  private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
  private final Map<Source, Sent> unseen = new HashMap<>();
  private final int[] offsets;

  private record Sent(Payload payload, ProducerRecord<byte[], byte[]> record) {
    boolean isLarge() {
      int headers =
          StreamSupport.stream(record.headers().spliterator(), false)
              .mapToInt(header -> header.value() == null ? 0 : header.value().length)
              .sum();
      int key = record.key() == null ? 0 : record.key().length;
      return key + headers + record.value().length > LARGE;
    }

    void assertFate(String fate) {
      Set<String> fates = new TreeSet<>(payload.fates());
      if (isLarge()) {
        fates.add(TestingFuzz.TOO_LARGE);
      }
      if (!payload.fates().isEmpty()) {
        assertThat(fates).as(toString()).contains(fate);
      }
    }

    @Override
    public String toString() {
      return "%s: %s".formatted(payload.kind(), new String(record.value(), UTF_8));
    }
  }

  /** Makes as many good ones as fuzzed ones, and one more at each partition's end. */
  TestingFuzzedRecords(TestingFuzz fuzz, String topic, int partitions, int count) {
    this.fuzz = fuzz;
    this.topic = topic;
    this.offsets = new int[partitions];
    for (int i = 0; i < count + partitions; i++) {
      byte[] good = fuzz.good("good" + i, "message %s \uD83D\uDC4B".formatted(i));
      add(
          new Payload("good", good, Set.of(TestingFuzz.ENRICHED)),
          i % partitions,
          bytes("good" + i),
          List.of(new RecordHeader("trace", bytes("good" + i))));
      if (i < count) {
        add(fuzz.next(), i % partitions, i);
      }
    }
  }

  /** All records, in the order of their offsets. */
  List<ProducerRecord<byte[], byte[]>> all() {
    return records;
  }

  /**
   * Each came out once and as itself.
   *
   * @param offline asserts that the model says the same where there is no stream
   */
  void assertAccounted(
      TestingTopics topics, String enriched, String rejected, Consumer<EnrichedEvent> offline) {
    for (ConsumerRecord<byte[], byte[]> record : topics.read(enriched)) {
      EnrichedEvent event = TestingTopics.decoded(record.value(), new EnrichedEvent());
      assertEnriched(event, record);
      offline.accept(event);
    }
    for (ConsumerRecord<byte[], byte[]> record : topics.read(rejected)) {
      assertRejected(TestingTopics.decoded(record.value(), new DeadLetter()));
    }
    assertAllSeen();
  }

  /** What came of a record is its own, and it is the only thing. */
  void assertEnriched(EnrichedEvent event, ConsumerRecord<byte[], byte[]> record) {
    Sent sent = seen(event.getSource());
    sent.assertFate(TestingMessages.ENRICHED);
    assertThat(event.getText()).as(sent.toString()).isEqualTo(fuzz.text(sent.record().value()));
    assertThat(record.key())
        .isEqualTo(sent.record().key() == null ? bytes(event.getId()) : sent.record().key());
    assertThat(record.headers()).isEqualTo(sent.record().headers());
  }

  /** The same for what did not become an event. */
  void assertRejected(DeadLetter letter) {
    Sent sent = seen(letter.getSource());
    sent.assertFate(letter.getCode());
    byte[] value = sent.record().value();
    assertThat(letter.getPayloadLength()).isEqualTo(value.length);
    assertThat(letter.getPayloadHash()).isEqualTo(sha256(value));
    int kept = letter.getPayload().remaining();
    assertThat(letter.getPayload()).isEqualTo(ByteBuffer.wrap(value, 0, kept));
    if (!sent.isLarge()) {
      assertThat(kept).as(sent.toString()).isEqualTo(value.length);
    }
    if (!sent.isLarge() || !letter.getMessage().contains("left out")) {
      assertThat(letter.getKey()).isEqualTo(wrapped(sent.record().key()));
      assertThat(letter.getHeaders())
          .extracting(
              header -> (Header) new RecordHeader(header.getName(), array(header.getValue())))
          .containsExactly(sent.record().headers().toArray());
    }
  }

  /** Nothing was lost. */
  void assertAllSeen() {
    assertThat(unseen).isEmpty();
  }

  /** Some with an odd key or odd headers. */
  private void add(Payload payload, int partition, int number) {
    byte[] key = bytes("fuzz" + number);
    List<Header> headers = List.of(new RecordHeader("trace", key));
    List<Header> odd = List.of(new RecordHeader("", key), new RecordHeader("", (byte[]) null));
    switch (payload.value().length > LARGE ? 0 : number % ROUND) {
      case 1, 101, 201, 301 -> add(payload, partition, null, headers);
      case 2, 102, 202, 302 -> add(payload, partition, new byte[0], List.of());
      case 3, 103, 203, 303 -> add(payload, partition, key, odd);
      case 60 -> add(payload, partition, filler(payload), headers);
      case 61 -> add(payload, partition, key, List.of(new RecordHeader("x", filler(payload))));
      default -> add(payload, partition, key, headers);
    }
  }

  private byte[] filler(Payload payload) {
    return new byte[fuzz.fillerFor(payload.value())];
  }

  private void add(Payload payload, int partition, byte[] key, List<Header> headers) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, partition, key, payload.value(), headers);
    records.add(record);
    unseen.put(
        new Source(topic, partition, (long) offsets[partition]++), new Sent(payload, record));
  }

  private Sent seen(Source source) {
    Sent sent = unseen.remove(source);
    assertThat(sent).as("%s, once", source).isNotNull();
    return sent;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static ByteBuffer wrapped(byte[] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  private static byte[] array(ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
