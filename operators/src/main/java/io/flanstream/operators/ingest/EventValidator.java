package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.TextEvent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Decoded values to events; what breaks a rule is rejected. */
final class EventValidator {
  private static final int LONGEST_EXPONENT = 100;

  private final EventFields fields;
  private final EventTimes times;

  EventValidator(EventFields fields) {
    this.fields = fields;
    this.times = new EventTimes(fields.eventTimeUnit());
  }

  TextEvent event(RecordParts parts) throws RejectedRecordException {
    return TextEvent.newBuilder()
        .setText(text(parts))
        .setId(id(parts))
        .setEventTime(eventTime(parts.at(fields.eventTime()), parts.record()))
        .setSource(parts.record().source())
        .setAttributes(attributes(parts))
        .build();
  }

  private String text(RecordParts parts) throws RejectedRecordException {
    if (fields.template() != null) {
      return checked(fields.template().text(parts), fields.template().fields());
    }
    Object found = parts.at(fields.text());
    Object value =
        fields.structured() && found instanceof Payload.Composite composite
            ? StructuredText.of(composite.json())
            : found;
    if (value != null && !(value instanceof String)) {
      throw rejected(
          Reason.INVALID_TEXT, fields.text(), "must be a string, got " + Shown.of(value));
    }
    return checked((String) value, List.of(fields.text()));
  }

  private static String checked(String text, List<FieldPath> from) throws RejectedRecordException {
    String place = from.stream().map(FieldPath::written).collect(Collectors.joining("\", \""));
    if (text == null) {
      throw rejected(Reason.MISSING_TEXT, place, "must be there, got nothing");
    }
    if (hasLoneSurrogate(text)) {
      throw rejected(Reason.INVALID_TEXT, place, "must be Unicode, got half of a surrogate pair");
    }
    if (text.isBlank()) {
      throw rejected(
          Reason.EMPTY_TEXT,
          place,
          "must have more than white space, got %s characters of it".formatted(text.length()));
    }
    return text;
  }

  String id(RecordParts parts) throws RejectedRecordException {
    return id(parts.at(fields.id()), parts.record());
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
          "must be a string that is not empty or a whole number, got " + Shown.of(value));
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
          "%s, got %s%s".formatted(times.rule(), Shown.of(value), times.advice(value)));
    }
    return time.get();
  }

  private Map<String, String> attributes(RecordParts parts) throws RejectedRecordException {
    Map<String, String> attributes = new TreeMap<>(parts.ownAttributes());
    for (FieldPath path : fields.attributes()) {
      Object value = parts.at(path);
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
  static String plain(Object value) {
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

  private static RejectedRecordException rejected(Reason reason, Object field, String rule) {
    return new RejectedRecordException(
        reason, "Cannot use record: \"%s\" %s".formatted(field, rule));
  }
}
