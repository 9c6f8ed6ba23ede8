package io.flanstream.operators.serialize;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.flanstream.operators.deadletter.OriginalRecord;
import io.flanstream.operators.deadletter.OriginalRecord.Part;
import io.flanstream.operators.deadletter.Stage;
import io.flanstream.operators.ingest.Envelope;
import io.flanstream.operators.ingest.EnvelopePlaces;
import io.flanstream.operators.ingest.FieldPath;
import io.flanstream.operators.ingest.FieldPath.Origin;
import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.registry.WireFormat;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.Header;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Hides fields of dead letters, wherever a path can lead: members of objects and elements of lists,
 * in every place where an envelope can have the record, the key and headers. A payload in which
 * they cannot be told apart, because it is no JSON object, or has a name twice, is left out as a
 * whole, and the message with it, which may quote it. A key or a header that repeats a hidden value
 * of four characters or more is left out, too. Length and hash stay those of the original.
 *
 * @param format form of the payloads
 * @param envelope what the records are wrapped in
 * @param fields what to hide; nothing where empty
 * @param topics how it is done for some topics instead, by their names
 * @param whole whether nothing of the record stays, whatever the fields
 */
public record PayloadRedaction(
    PayloadFormat format,
    Envelope envelope,
    List<FieldPath> fields,
    Map<String, PayloadRedaction> topics,
    boolean whole)
    implements Serializable {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();
  private static final TextNode HIDDEN = TextNode.valueOf("[redacted]");
  private static final String QUOTED_VALUE = "(?s), got .*";
  private static final int LEAST_REPEATED = 4;

  /** Stands for hidden values that cannot be read: whatever could repeat them is left out. */
  private static final String UNKNOWN = "";

  /** Keeps its own copy. */
  public PayloadRedaction {
    fields = List.copyOf(fields);
    topics = Map.copyOf(topics);
  }

  /** Payloads without an envelope. */
  public PayloadRedaction(PayloadFormat format, List<FieldPath> fields) {
    this(format, Envelope.NONE, fields);
  }

  /** Payloads of one form. */
  public PayloadRedaction(PayloadFormat format, Envelope envelope, List<FieldPath> fields) {
    this(format, envelope, fields, Map.of());
  }

  /** Payloads of several forms. */
  public PayloadRedaction(
      PayloadFormat format,
      Envelope envelope,
      List<FieldPath> fields,
      Map<String, PayloadRedaction> topics) {
    this(format, envelope, fields, topics, false);
  }

  /**
   * Nothing of the record stays, neither payload nor key nor headers: any part may repeat what
   * nobody has looked for yet.
   */
  public static PayloadRedaction everything() {
    return new PayloadRedaction(PayloadFormat.JSON, Envelope.NONE, List.of(), Map.of(), true);
  }

  /** The letter with its fields hidden. */
  DeadLetter redact(DeadLetter letter) {
    if (whole) {
      return withoutRecord(letter);
    }
    PayloadRedaction own = topics.get(letter.getSource().getTopic());
    if (own != null) {
      return own.redact(letter);
    }
    if (fields.isEmpty()) {
      return letter;
    }
    DeadLetter redacted = DeadLetter.newBuilder(letter).build();
    List<String> hidden = new ArrayList<>();
    boolean isWhole = letter.getPayload() == null || hidePayload(redacted, hidden);
    hideKey(redacted, hidden);
    hideHeaders(redacted, hidden);
    if (!isWhole) {
      redacted.setMessage(HIDDEN.textValue());
    }
    if (hidden.isEmpty()) {
      return redacted;
    }
    Predicate<String> repeats =
        text ->
            hidden.contains(UNKNOWN)
                || hidden.stream()
                    .anyMatch(value -> value.length() >= LEAST_REPEATED && text.contains(value));
    if (isWhole) {
      redacted.setMessage(message(letter, repeats));
    }
    if (redacted.getKey() != null && repeats.test(text(redacted.getKey()))) {
      leaveOutKey(redacted);
    }
    keepHeaders(
        redacted, header -> header.getValue() == null || !repeats.test(text(header.getValue())));
    return redacted;
  }

  private static DeadLetter withoutRecord(DeadLetter letter) {
    DeadLetter redacted = DeadLetter.newBuilder(letter).build();
    if (letter.getPayload() != null) {
      redacted.setPayload(null);
      OriginalRecord.leaveOut(redacted, Part.PAYLOAD);
    }
    if (letter.getKey() != null) {
      leaveOutKey(redacted);
    }
    keepHeaders(redacted, header -> false);
    redacted.setMessage(message(letter, text -> false));
    return redacted;
  }

  /** Whether the payload is there; what was hidden in it is among the hidden. */
  private boolean hidePayload(DeadLetter letter, List<String> hidden) {
    List<FieldPath> within =
        fields.stream()
            .filter(field -> field.origin() == Origin.VALUE || field.origin() == Origin.ENVELOPE)
            .toList();
    if (within.isEmpty()) {
      return true;
    }
    byte[] bytes = bytes(letter.getPayload());
    int frame = frame(bytes);
    ObjectNode payload = object(bytes, frame);
    if (payload == null) {
      letter.setPayload(null);
      OriginalRecord.leaveOut(letter, Part.PAYLOAD);
      within.forEach(field -> OriginalRecord.redact(letter, field.written()));
      return false;
    }
    boolean found = false;
    for (FieldPath field : within) {
      if (hide(payload, field, hidden)) {
        found = true;
        OriginalRecord.redact(letter, field.written());
      }
    }
    if (found) {
      byte[] json = bytes(payload);
      letter.setPayload(
          ByteBuffer.allocate(frame + json.length).put(bytes, 0, frame).put(json).flip());
    }
    return true;
  }

  /**
   * In every place where an envelope could have the field, whatever the payload turns out to be.
   */
  private boolean hide(ObjectNode payload, FieldPath field, List<String> hidden) {
    boolean found = false;
    for (List<String> place : EnvelopePlaces.of(envelope, field.origin())) {
      List<String> path = new ArrayList<>(place);
      path.addAll(field.segments());
      found |= hide(payload, path, place.size(), hidden);
    }
    return found;
  }

  private void hideKey(DeadLetter letter, List<String> hidden) {
    for (FieldPath field : fields) {
      if (field.origin() == Origin.KEY && letter.getKey() != null) {
        hidden.add(text(letter.getKey()));
        leaveOutKey(letter);
        OriginalRecord.redact(letter, field.written());
      }
    }
  }

  private static void leaveOutKey(DeadLetter letter) {
    letter.setKey(null);
    OriginalRecord.leaveOut(letter, Part.KEY);
  }

  private void hideHeaders(DeadLetter letter, List<String> hidden) {
    for (FieldPath field : fields) {
      String name =
          field.origin() == Origin.HEADER
              ? field.name()
              : field.origin() == Origin.ENVELOPE && envelope == Envelope.CLOUDEVENTS
                  ? "ce_" + field.segments().get(0)
                  : null;
      if (name == null) {
        continue;
      }
      letter.getHeaders().stream()
          .filter(header -> header.getName().equals(name) && header.getValue() != null)
          .forEach(
              header -> {
                hidden.add(text(header.getValue()));
                OriginalRecord.redact(letter, field.written());
              });
      keepHeaders(letter, header -> !header.getName().equals(name));
    }
  }

  private static void keepHeaders(DeadLetter letter, Predicate<Header> kept) {
    List<Header> headers = letter.getHeaders().stream().filter(kept).toList();
    if (headers.size() < letter.getHeaders().size()) {
      letter.setHeaders(headers);
      OriginalRecord.leaveOut(letter, Part.HEADERS);
    }
  }

  /** A message quotes values after what they must be, and a parser's wherever it likes. */
  private static String message(DeadLetter letter, Predicate<String> repeats) {
    String message =
        letter.getStage().equals(Stage.VALIDATE.name())
            ? letter.getMessage().replaceFirst(QUOTED_VALUE, ", got " + HIDDEN.textValue())
            : letter.getMessage();
    return letter.getStage().equals(Stage.DESERIALIZE.name()) || repeats.test(message)
        ? HIDDEN.textValue()
        : message;
  }

  /** Bytes before the JSON. */
  private int frame(byte[] bytes) {
    return format == PayloadFormat.JSON_CONFLUENT && WireFormat.schemaId(bytes).isPresent()
        ? WireFormat.HEADER_BYTES
        : 0;
  }

  private ObjectNode object(byte[] bytes, int from) {
    if (format != PayloadFormat.JSON && format != PayloadFormat.JSON_CONFLUENT) {
      return null;
    }
    try {
      return MAPPER.readTree(bytes, from, bytes.length - from) instanceof ObjectNode object
          ? object
          : null;
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Whether there was something at the path; its scalars are then among the hidden.
   *
   * @param opaque how many names of the path are those of an envelope: where one of them leads to
   *     what is no object, such as data in Base64, the field may be in it
   */
  private static boolean hide(JsonNode parent, List<String> path, int opaque, List<String> hidden) {
    String name = path.get(0);
    JsonNode child = FieldPath.child(parent, name);
    if (child.isMissingNode()) {
      return false;
    }
    boolean isOpaque = opaque > 0 && !child.isObject() && !child.isNull();
    if (path.size() > 1 && !isOpaque) {
      return hide(child, path.subList(1, path.size()), opaque - 1, hidden);
    }
    if (parent instanceof ObjectNode object) {
      object.set(name, HIDDEN);
    } else if (parent instanceof ArrayNode array) {
      array.set(Integer.parseInt(name), HIDDEN);
    }
    scalars(child, hidden);
    if (isOpaque && child.isTextual()) {
      encoded(child.textValue(), hidden);
    }
    return true;
  }

  /** The scalars of a record that is written as text, or in Base64. */
  private static void encoded(String text, List<String> hidden) {
    try {
      scalars(MAPPER.readTree(text), hidden);
    } catch (IOException e) {
      try {
        scalars(MAPPER.readTree(Base64.getDecoder().decode(text)), hidden);
      } catch (IOException | IllegalArgumentException f) {
        hidden.add(UNKNOWN);
      }
    }
  }

  private static void scalars(JsonNode node, List<String> found) {
    if (node.isContainerNode()) {
      node.forEach(child -> scalars(child, found));
      node.fieldNames().forEachRemaining(found::add);
    } else {
      found.add(node.asText());
    }
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static byte[] bytes(ObjectNode payload) {
    try {
      return MAPPER.writeValueAsBytes(payload);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot redact payload: " + e.getMessage(), e);
    }
  }
}
