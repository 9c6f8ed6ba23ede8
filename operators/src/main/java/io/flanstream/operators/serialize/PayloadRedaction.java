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
import io.flanstream.operators.ingest.FieldPath;
import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.Header;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Hides fields of dead letters, wherever a path can lead: members of objects and elements of lists.
 * A payload in which they cannot be told apart, because it is no JSON object, or has a name twice,
 * is left out as a whole, and the message with it, which may quote it. A key or a header that
 * repeats a hidden value of four characters or more is left out, too. Length and hash stay those of
 * the original.
 *
 * @param format form of the payloads
 * @param fields what to hide; nothing where empty
 */
public record PayloadRedaction(PayloadFormat format, List<FieldPath> fields)
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

  /** Keeps its own copy. */
  public PayloadRedaction {
    fields = List.copyOf(fields);
  }

  /** The letter with its fields hidden. */
  DeadLetter redact(DeadLetter letter) {
    if (fields.isEmpty() || letter.getPayload() == null) {
      return letter;
    }
    ObjectNode payload = object(letter.getPayload());
    return payload == null ? withoutPayload(letter) : withFieldsHidden(letter, payload);
  }

  private DeadLetter withoutPayload(DeadLetter letter) {
    DeadLetter redacted =
        DeadLetter.newBuilder(letter).setPayload(null).setMessage(HIDDEN.textValue()).build();
    OriginalRecord.leaveOut(redacted, Part.PAYLOAD);
    fields.forEach(field -> OriginalRecord.redact(redacted, field.written()));
    return redacted;
  }

  private DeadLetter withFieldsHidden(DeadLetter letter, ObjectNode payload) {
    DeadLetter redacted = DeadLetter.newBuilder(letter).build();
    List<String> hidden = new ArrayList<>();
    for (FieldPath field : fields) {
      if (hide(payload, field.segments(), hidden)) {
        OriginalRecord.redact(redacted, field.written());
      }
    }
    if (hidden.isEmpty()) {
      return letter;
    }
    redacted.setPayload(ByteBuffer.wrap(bytes(payload)));
    Predicate<String> repeats =
        text ->
            hidden.stream()
                .anyMatch(value -> value.length() >= LEAST_REPEATED && text.contains(value));
    redacted.setMessage(message(letter, repeats));
    if (letter.getKey() != null && repeats.test(text(letter.getKey()))) {
      redacted.setKey(null);
      OriginalRecord.leaveOut(redacted, Part.KEY);
    }
    List<Header> headers =
        letter.getHeaders().stream()
            .filter(header -> header.getValue() == null || !repeats.test(text(header.getValue())))
            .toList();
    if (headers.size() < letter.getHeaders().size()) {
      redacted.setHeaders(headers);
      OriginalRecord.leaveOut(redacted, Part.HEADERS);
    }
    return redacted;
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

  private ObjectNode object(ByteBuffer payload) {
    if (format != PayloadFormat.JSON) {
      return null;
    }
    byte[] bytes = new byte[payload.remaining()];
    payload.duplicate().get(bytes);
    try {
      return MAPPER.readTree(bytes) instanceof ObjectNode object ? object : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** Whether there was something at the path; its scalars are then among the hidden. */
  private static boolean hide(JsonNode parent, List<String> path, List<String> hidden) {
    String name = path.get(0);
    JsonNode child = FieldPath.child(parent, name);
    if (child.isMissingNode()) {
      return false;
    }
    if (path.size() > 1) {
      return hide(child, path.subList(1, path.size()), hidden);
    }
    if (parent instanceof ObjectNode object) {
      object.set(name, HIDDEN);
    } else if (parent instanceof ArrayNode array) {
      array.set(Integer.parseInt(name), HIDDEN);
    }
    scalars(child, hidden);
    return true;
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

  private static byte[] bytes(ObjectNode payload) {
    try {
      return MAPPER.writeValueAsBytes(payload);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot redact payload: " + e.getMessage(), e);
    }
  }
}
