package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.TextEvent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Decoded values to events; what breaks a rule is rejected. */
final class EventValidator {
  private static final int SHOWN = 100;
  private static final int LONGEST_EXPONENT = 100;

  private final EventFields fields;
  private final EventTimes times;

  EventValidator(EventFields fields) {
    this.fields = fields;
    this.times = new EventTimes(fields.eventTimeUnit());
  }

  TextEvent event(KafkaRecord record, Payload payload) throws RejectedRecordException {
    return TextEvent.newBuilder()
        .setText(text(payload.at(fields.text())))
        .setId(id(payload.at(fields.id()), record))
        .setEventTime(eventTime(payload.at(fields.eventTime()), record))
        .setSource(record.source())
        .setAttributes(attributes(payload))
        .build();
  }

  private String text(Object found) throws RejectedRecordException {
    Object value =
        fields.structured() && found instanceof Payload.Composite composite
            ? StructuredText.of(composite.json())
            : found;
    if (value == null) {
      throw rejected(Reason.MISSING_TEXT, fields.text(), "must be there, got nothing");
    }
    if (!(value instanceof String text)) {
      throw rejected(Reason.INVALID_TEXT, fields.text(), "must be a string, got " + shown(value));
    }
    if (hasLoneSurrogate(text)) {
      throw rejected(
          Reason.INVALID_TEXT, fields.text(), "must be Unicode, got half of a surrogate pair");
    }
    if (text.isBlank()) {
      throw rejected(
          Reason.EMPTY_TEXT,
          fields.text(),
          "must have more than white space, got %s characters of it".formatted(text.length()));
    }
    return text;
  }

  private String id(Object value, KafkaRecord record) throws RejectedRecordException {
    if (value == null) {
      return record.coordinates();
    }
    if (value instanceof BigDecimal decimal && isWhole(decimal)) {
      return plain(decimal.setScale(0));
    }
    boolean whole = value instanceof Long || value instanceof BigInteger;
    if (!whole && !(value instanceof String text && !text.isEmpty() && !hasLoneSurrogate(text))) {
      throw rejected(
          Reason.INVALID_ID,
          fields.id(),
          "must be a string that is not empty or a whole number, got " + shown(value));
    }
    return value.toString();
  }

  private Instant eventTime(Object value, KafkaRecord record) throws RejectedRecordException {
    Optional<Instant> time =
        times.read(value == null ? Instant.ofEpochMilli(record.timestamp()) : value);
    if (time.isEmpty()) {
      throw rejected(
          Reason.INVALID_EVENT_TIME,
          fields.eventTime(),
          "%s, got %s%s".formatted(times.rule(), shown(value), times.advice(value)));
    }
    return time.get();
  }

  private Map<String, String> attributes(Payload payload) {
    Map<String, String> attributes = new TreeMap<>(payload.ownAttributes());
    for (FieldPath path : fields.attributes()) {
      Object value = payload.at(path);
      if (value != null) {
        attributes.put(
            path.name(),
            wellFormed(
                value instanceof Payload.Composite composite ? composite.json() : plain(value)));
      }
    }
    return attributes;
  }

  /** A short text can stand for a number of a billion digits. */
  private static boolean isWhole(BigDecimal decimal) {
    return decimal.scale() >= -LONGEST_EXPONENT
        && decimal.scale() <= LONGEST_EXPONENT
        && decimal.stripTrailingZeros().scale() <= 0;
  }

  /** Numbers without an exponent, where that takes no more digits than a reader would count. */
  private static String plain(Object value) {
    return value instanceof BigDecimal decimal
            && Math.abs((long) decimal.scale()) <= LONGEST_EXPONENT
        ? decimal.toPlainString()
        : value.toString();
  }

  /** Half a surrogate pair as a question mark: no form of the output has it. */
  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints().anyMatch(point -> point >= 0xD800 && point <= 0xDFFF);
  }

  private static RejectedRecordException rejected(Reason reason, FieldPath field, String rule) {
    return new RejectedRecordException(
        reason, "Cannot use record: \"%s\" %s".formatted(field, rule));
  }

  private static String shown(Object value) {
    String text =
        value instanceof Payload.Composite composite
            ? composite.json()
            : value instanceof String string ? '"' + string + '"' : String.valueOf(value);
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
