package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import java.util.Map;

/**
 * The parts of a record that paths lead into.
 *
 * @param record the record
 * @param opened its value
 * @param keys decodes its key
 */
record RecordParts(KafkaRecord record, Opened opened, PayloadDecoder keys) {

  /**
   * What a path leads to, as {@link Payload#at} gives it.
   *
   * @throws RejectedRecordException if the key or the header that it leads into cannot be read
   */
  Object at(FieldPath path) throws RejectedRecordException {
    return switch (path.origin()) {
      case VALUE -> opened.data().at(path.segments());
      case ENVELOPE -> opened.envelope().at(path.segments());
      case TOPIC -> record.topic();
      case HEADER -> header(path);
      case KEY -> key(path);
    };
  }

  Map<String, String> ownAttributes() {
    return opened.data().ownAttributes();
  }

  private Object key(FieldPath path) throws RejectedRecordException {
    if (record.key() == null) {
      return null;
    }
    if (path.segments().isEmpty()) {
      return text(path, record.key());
    }
    Payload key;
    try {
      key = keys.decode(record.key());
    } catch (RejectedRecordException e) {
      throw new RejectedRecordException(
          e.reason(), e.getMessage().replaceFirst("^Cannot decode value", "Cannot decode key"));
    }
    return ConnectReader.unwrapped(key).orElse(key).at(path.segments());
  }

  /** The last of that name counts. */
  private Object header(FieldPath path) throws RejectedRecordException {
    byte[] value = null;
    for (KafkaHeader header : record.headers()) {
      value = header.name().equals(path.name()) ? header.value() : value;
    }
    return value == null ? null : text(path, value);
  }

  private static String text(FieldPath path, byte[] bytes) throws RejectedRecordException {
    try {
      return StrictUtf8.decode(bytes);
    } catch (RejectedRecordException e) {
      throw new RejectedRecordException(
          e.reason(),
          e.getMessage()
              .replaceFirst("^Cannot decode value", "Cannot decode \"%s\"".formatted(path)));
    }
  }
}
