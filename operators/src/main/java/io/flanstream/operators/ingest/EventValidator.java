package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.TextEvent;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.TreeMap;

/** Decoded values to events; what breaks a rule is rejected. */
final class EventValidator {
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");
  private static final int SHOWN = 100;

  private final EventFields fields;

  EventValidator(EventFields fields) {
    this.fields = fields;
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
    Instant time;
    try {
      time = value == null ? Instant.ofEpochMilli(record.timestamp()) : instant(value);
    } catch (DateTimeException e) {
      time = null;
    }
    if (time == null || time.isBefore(FIRST) || time.isAfter(LAST)) {
      throw rejected(
          Reason.INVALID_EVENT_TIME,
          fields.eventTime(),
          "must be ISO 8601 with a zone or milliseconds since 1970, in the years 1 to 9999, got "
              + shown(value));
    }
    return time;
  }

  private static Instant instant(Object value) {
    if (value instanceof Instant instant) {
      return instant;
    }
    if (value instanceof Long millis) {
      return Instant.ofEpochMilli(millis);
    }
    return value instanceof String text ? OffsetDateTime.parse(text.strip()).toInstant() : null;
  }

  private Map<String, String> attributes(Payload payload) {
    Map<String, String> attributes = new TreeMap<>(payload.ownAttributes());
    for (FieldPath path : fields.attributes()) {
      Object value = payload.at(path);
      if (value != null) {
        attributes.put(
            path.name(),
            wellFormed(
                value instanceof Payload.Composite composite
                    ? composite.json()
                    : value.toString()));
      }
    }
    return attributes;
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
