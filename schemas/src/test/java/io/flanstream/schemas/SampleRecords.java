package io.flanstream.schemas;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** Records with every field set, and with every field that may be left out left out. */
final class SampleRecords {
  private static final Source SOURCE = new Source("messages", 3, 1_234_567_890_123L);
  private static final Instant TIME = Instant.parse("2026-03-02T09:14:05.120Z");

  private SampleRecords() {}

  /** The samples by the name of the file in which the released form wrote them. */
  static Map<String, SpecificRecord> all() {
    return Map.of(
        "TextEvent-full",
        new TextEvent("m-1", "table for 2 \uD83C\uDF7D", TIME, SOURCE, Map.of("channel", "café")),
        "TextEvent-least",
        new TextEvent("m-2", "hi", Instant.EPOCH, SOURCE, Map.of()),
        "EnrichedEvent-full",
        enrichedFull(),
        "EnrichedEvent-least",
        enrichedLeast(),
        "DeadLetter-full",
        deadLetter(
            bytes(1, 2), bytes(0, -1), List.of(new Header("a", bytes(3)), new Header("b", null))),
        "DeadLetter-least",
        deadLetter(null, null, List.of()));
  }

  private static EnrichedEvent enrichedFull() {
    return EnrichedEvent.newBuilder()
        .setId("m-1")
        .setEventTime(TIME)
        .setSource(SOURCE)
        .setAttributes(Map.of("channel", "café"))
        .setText("table for 2 \uD83C\uDF7D")
        .setClassifications(
            List.of(
                new Classification(
                    "intent",
                    "book",
                    0.75,
                    List.of(
                        new Alternative("book", 0.75, null), new Alternative("cancel", 0.25, null)),
                    false),
                new Classification("topic", null, 0.1, List.of(), true)))
        .setExtractions(
            List.of(
                new Extraction(
                    "table",
                    List.of(
                        new ExtractedField("people", "2", 10, 11, 0.5, "number", "2"),
                        new ExtractedField("word", "table", 0, 5, 0.5, null, null)),
                    List.of("date", "time"))))
        .setStatus(
            List.of(
                new TaskStatus("intent", "OK", null, null),
                new TaskStatus("other", "FAILED", "OUT_OF_MEMORY", "too large")))
        .setFidelity(new Fidelity(7, 2, 1, 1))
        .setModel(new ModelInfo("flan-ul2", "ab".repeat(32), "bfloat16", "0123456789ab"))
        .build();
  }

  private static EnrichedEvent enrichedLeast() {
    return EnrichedEvent.newBuilder()
        .setId("m-2")
        .setEventTime(Instant.EPOCH)
        .setSource(SOURCE)
        .setClassifications(List.of())
        .setExtractions(List.of())
        .setStatus(List.of())
        .setFidelity(new Fidelity(0, 0, 0, 1))
        .setModel(new ModelInfo("m", "", "float32", ""))
        .build();
  }

  private static DeadLetter deadLetter(ByteBuffer key, ByteBuffer payload, List<Header> headers) {
    return DeadLetter.newBuilder()
        .setSource(SOURCE)
        .setKey(key)
        .setPayload(payload)
        .setPayloadLength(payload == null ? 0 : 5_000_000_000L)
        .setPayloadHash("cd".repeat(32))
        .setHeaders(headers)
        .setStage("DESERIALIZE")
        .setCode("INVALID_JSON")
        .setMessage("line 1, column 2: got '<'")
        .setAttempts(1)
        .build();
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length);
    for (int value : values) {
      bytes.put((byte) value);
    }
    return bytes.flip();
  }
}
