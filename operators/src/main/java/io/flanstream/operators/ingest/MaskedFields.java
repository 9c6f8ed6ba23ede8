package io.flanstream.operators.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;

/** The fields of one record, masked; knows whether anything was. */
final class MaskedFields {
  /** Stands for a field in which single values cannot be masked. */
  static final String HIDDEN = "[masked]";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BASE64 = "[A-Za-z0-9+/]{8,}={0,2}";

  private final UnaryOperator<String> masking;
  private final String text;
  private final List<List<String>> places;
  private boolean changed;

  /**
   * Masks fields.
   *
   * @param masking masks a text of the record
   * @param text the text in which values are masked
   * @param places where that text may be, and that of other states of the record
   */
  MaskedFields(UnaryOperator<String> masking, String text, List<List<String>> places) {
    this.masking = masking;
    this.text = text;
    this.places = places;
  }

  /** Whether a field was masked. */
  boolean hasChanged() {
    return changed;
  }

  /** A text without the values. */
  String masked(String value) {
    return masking.apply(value);
  }

  /** Whether a text has one of the values. */
  boolean repeats(String value) {
    return !masked(value).equals(value);
  }

  boolean repeats(byte[] bytes) {
    return repeats(new String(bytes, StandardCharsets.UTF_8));
  }

  /**
   * A field that is a text.
   *
   * @param path where it is in the value
   * @param value what it is
   */
  String field(List<String> path, String value) {
    // Another state of the record may have other values, which nobody looked for.
    return places.contains(path) && !value.equals(text) ? change(HIDDEN) : text(value);
  }

  /** A text that may be JSON or Base64, in which no value is written as it is. */
  String text(String value) {
    String masked = masked(value);
    if (!masked.equals(value)) {
      return change(masked);
    }
    return isJsonWithOne(value) || isBase64OfOne(value) ? change(HIDDEN) : value;
  }

  /** Bytes that may be text; nothing of them where they are none and have one of the values. */
  byte[] bytes(byte[] value) {
    String decoded = new String(value, StandardCharsets.UTF_8);
    String masked = text(decoded);
    return masked.equals(decoded) ? value : masked.getBytes(StandardCharsets.UTF_8);
  }

  /** Notes that something is not as it came. */
  <T> T change(T instead) {
    changed = true;
    return instead;
  }

  /** A field that has one of the values and cannot be without it. */
  static RejectedRecordException unmaskable(List<String> path, Object type) {
    return new RejectedRecordException(
        Reason.UNMASKABLE,
        "Cannot mask record: \"/%s\" must be a text or may be null where it repeats a masked value, and is %s"
            .formatted(String.join("/", path), type));
  }

  private boolean isJsonWithOne(String value) {
    String stripped = value.strip();
    if (!stripped.startsWith("{") && !stripped.startsWith("[") && !stripped.startsWith("\"")) {
      return false;
    }
    try {
      return hasOne(JSON.readTree(stripped));
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private boolean hasOne(JsonNode node) {
    if (!node.isContainerNode()) {
      return repeats(node.asText());
    }
    for (var names = node.fieldNames(); names.hasNext(); ) {
      if (repeats(names.next())) {
        return true;
      }
    }
    for (JsonNode child : node) {
      if (hasOne(child)) {
        return true;
      }
    }
    return false;
  }

  private boolean isBase64OfOne(String value) {
    String standard = value.replace('-', '+').replace('_', '/');
    if (!standard.matches(BASE64)) {
      return false;
    }
    try {
      String decoded = new String(Base64.getDecoder().decode(standard), StandardCharsets.UTF_8);
      return repeats(decoded) || isJsonWithOne(decoded);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
