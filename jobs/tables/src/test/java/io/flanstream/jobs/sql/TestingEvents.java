package io.flanstream.jobs.sql;

import io.flanstream.schemas.Classification;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import io.flanstream.schemas.Fidelity;
import io.flanstream.schemas.Source;
import io.flanstream.schemas.TaskStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Records by chance, in which anything may be missing. */
final class TestingEvents {

  private TestingEvents() {}

  static EnrichedEvent event(Random random, int number) {
    List<Classification> classifications = new ArrayList<>();
    if (random.nextInt(5) > 0) {
      String label = chosen(random, "refund", "card", null);
      classifications.add(
          new Classification("intent", label, random.nextInt(16) / 16.0, List.of(), label == null));
    }
    if (random.nextInt(3) == 0) {
      classifications.add(0, new Classification("mood", "good", 0.5, List.of(), false));
    }
    List<ExtractedField> fields = new ArrayList<>();
    add(random, fields, "amount", null, chosen(random, "20 quid", "café", "e-7"), null);
    add(random, fields, "date", null, "today", null);
    add(random, fields, "seats", "integer", "two", chosen(random, "2", "12", null));
    add(random, fields, "price", "decimal", "£9.50", chosen(random, "9.5", "0.25", null));
    add(random, fields, "size", "enum", "LARGE", "large");
    EnrichedEvent event = TestingResults.event("e-" + number, "refund", "");
    event.setEventTime(Instant.parse("2026-03-02T12:00:00.250Z").plusSeconds(number * 1400L));
    event.setText(chosen(random, "give it back", "réfund the café", null));
    event.setSource(new Source("messages", random.nextInt(2), number * 3L));
    event.setAttributes(random.nextBoolean() ? Map.of("channel", "bank") : Map.of());
    event.setClassifications(classifications);
    event.setExtractions(
        random.nextInt(6) == 0 ? List.of() : List.of(new Extraction("details", fields, List.of())));
    if (random.nextInt(3) == 0) {
      event.setStatus(
          List.of(
              new TaskStatus("intent", "OK", null, null),
              new TaskStatus("details", "FAILED", chosen(random, "INVALID_ANSWER", null), null)));
    }
    event.setFidelity(new Fidelity(random.nextInt(20), 0, random.nextInt(3), 1));
    return event;
  }

  private static void add(
      Random random,
      List<ExtractedField> fields,
      String name,
      String type,
      String value,
      String read) {
    if (random.nextInt(3) > 0) {
      int start = random.nextInt(12);
      fields.add(
          new ExtractedField(
              name, value, start, start + value.length(), random.nextInt(8) / 8.0, type, read));
    }
  }

  static DeadLetter letter(Random random, int number) {
    DeadLetter letter = TestingResults.deadLetter();
    letter.setStage(chosen(random, "DESERIALIZE", "TOKENIZE"));
    letter.setCode(chosen(random, "INVALID_JSON", "TOO_MANY_TOKENS"));
    letter.setPayloadLength(random.nextInt(100));
    if (random.nextBoolean()) {
      letter.setLeftOut(List.of(chosen(random, "payload", "headers")));
    }
    letter.setSource(new Source("messages", 0, (long) number));
    return letter;
  }

  private static String chosen(Random random, String... from) {
    return from[random.nextInt(from.length)];
  }
}
