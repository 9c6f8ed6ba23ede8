package io.flanstream.operators.serialize;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.operators.deadletter.Stage;
import io.flanstream.operators.ingest.FieldPath;
import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.schemas.DeadLetter;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Hides fields of dead letters. A payload in which they cannot be told apart, because it is no JSON
 * object, is left out as a whole, and the message with it, which may quote it. Length and hash stay
 * those of the original; so do key and headers.
 *
 * @param format form of the payloads
 * @param fields what to hide; nothing where empty
 */
public record PayloadRedaction(PayloadFormat format, List<FieldPath> fields)
    implements Serializable {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String HIDDEN = "[redacted]";
  private static final String QUOTED_VALUE = ", got .*";

  /** Keeps its own copy. */
  public PayloadRedaction {
    fields = List.copyOf(fields);
  }

  /** The letter with its fields hidden. */
  DeadLetter redact(DeadLetter letter) {
    if (fields.isEmpty() || letter.getPayload() == null) {
      return letter;
    }
    DeadLetter.Builder redacted = DeadLetter.newBuilder(letter);
    ObjectNode payload = object(letter.getPayload());
    if (payload == null) {
      return redacted.setPayload(null).setMessage(HIDDEN).build();
    }
    fields.forEach(field -> hide(payload, field.segments()));
    if (letter.getStage().equals(Stage.VALIDATE.name())) {
      redacted.setMessage(
          letter.getMessage().replaceFirst("(?s)" + QUOTED_VALUE, ", got " + HIDDEN));
    }
    return redacted.setPayload(ByteBuffer.wrap(bytes(payload))).build();
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

  private static void hide(JsonNode parent, List<String> path) {
    String name = path.get(0);
    if (path.size() > 1) {
      if (parent.has(name)) {
        hide(parent.get(name), path.subList(1, path.size()));
      }
    } else if (parent instanceof ObjectNode object && object.has(name)) {
      object.put(name, HIDDEN);
    }
  }

  private static byte[] bytes(ObjectNode payload) {
    try {
      return MAPPER.writeValueAsBytes(payload);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot redact payload: " + e.getMessage(), e);
    }
  }
}
