package io.flanstream.operators.deadletter;

import io.flanstream.schemas.DeadLetter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;

/** Whether a dead letter still has all of the record that it was made of. */
public final class OriginalRecord {
  /** Name of the field with the parts that are missing. */
  public static final String LEFT_OUT = "leftOut";

  /** Name of the field with the fields that were hidden. */
  public static final String REDACTED = "redacted";

  /** What releases before 0.2.0 said in a message alone. */
  private static final Pattern SAID =
      Pattern.compile("; ([0-9]+ headers|key of [0-9]+ bytes) left out");

  /** A part of a record. */
  public enum Part {
    /** Its value. */
    PAYLOAD("payload"),
    /** Its headers. */
    HEADERS("headers"),
    /** Its key. */
    KEY("key");

    private final String field;

    Part(String field) {
      this.field = field;
    }
  }

  private OriginalRecord() {}

  /** Notes in a dead letter that all of the record is in it. */
  static void begin(DeadLetter letter) {
    set(letter, LEFT_OUT, List.of());
    set(letter, REDACTED, List.of());
  }

  /**
   * Notes in a dead letter that a part is not whole any more.
   *
   * @param letter a dead letter
   * @param part the part
   */
  public static void leaveOut(DeadLetter letter, Part part) {
    add(letter, LEFT_OUT, part.field);
  }

  /**
   * Notes in a dead letter that the value of a field was hidden.
   *
   * @param letter a dead letter
   * @param field the field, as the pipeline names it
   */
  public static void redact(DeadLetter letter, String field) {
    add(letter, REDACTED, field);
  }

  /** What a message says where headers did not fit. */
  public static String headersLeftOut(int count) {
    return "; %s headers left out".formatted(count);
  }

  /** What a message says where the key did not fit. */
  public static String keyLeftOut(int bytes) {
    return "; key of %s bytes left out".formatted(bytes);
  }

  /**
   * Looks for what is missing of the record.
   *
   * @param letter a dead letter
   * @return what is missing, for people; empty where nothing is
   */
  public static Optional<String> missing(DeadLetter letter) {
    List<String> redacted = noted(letter, REDACTED);
    if (redacted != null && !redacted.isEmpty()) {
      return Optional.of("%s redacted".formatted(String.join(", ", redacted)));
    }
    byte[] payload = new byte[0];
    if (letter.getPayload() != null) {
      payload = new byte[letter.getPayload().remaining()];
      letter.getPayload().duplicate().get(payload);
    }
    if (!DeadLetters.sha256(payload).equals(letter.getPayloadHash())) {
      return Optional.of(
          "its payload was cut or redacted: %s bytes are here, of %s"
              .formatted(payload.length, letter.getPayloadLength()));
    }
    List<String> leftOut = noted(letter, LEFT_OUT);
    if (leftOut != null) {
      return leftOut.isEmpty()
          ? Optional.empty()
          : Optional.of("%s left out".formatted(String.join(", ", leftOut)));
    }
    Matcher said = SAID.matcher(letter.getMessage());
    return said.find() ? Optional.of(said.group().substring(2)) : Optional.empty();
  }

  private static void add(DeadLetter letter, String field, String name) {
    List<String> noted = noted(letter, field);
    List<String> more = new ArrayList<>(noted == null ? List.of() : noted);
    if (!more.contains(name)) {
      more.add(name);
    }
    set(letter, field, more);
  }

  private static List<String> noted(DeadLetter letter, String name) {
    Schema.Field field = letter.getSchema().getField(name);
    return field != null && letter.get(field.pos()) instanceof List<?> list
        ? list.stream().map(Object::toString).toList()
        : null;
  }

  private static void set(DeadLetter letter, String name, List<String> values) {
    Schema.Field field = letter.getSchema().getField(name);
    if (field != null) {
      letter.put(field.pos(), values);
    }
  }
}
