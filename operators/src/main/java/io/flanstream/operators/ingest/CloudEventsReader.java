package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * CloudEvents 1.0 as their Kafka binding has them: in binary mode the attributes are headers and
 * the value is the data, in structured mode the value is JSON with both.
 */
final class CloudEventsReader implements EnvelopeReader {
  private static final String PREFIX = "ce_";
  private static final String VERSION = "specversion";
  private static final String CONTENT_TYPE = "content-type";
  private static final String STRUCTURED = "application/cloudevents";
  private static final String DATA = "data";
  private static final String ENCODED = "data_base64";

  private final PayloadDecoder decoder;
  private final PayloadDecoder json = new JsonDecoder();

  CloudEventsReader(PayloadDecoder decoder) {
    this.decoder = decoder;
  }

  @Override
  public Opened open(KafkaRecord record) throws RejectedRecordException {
    String type = header(record, CONTENT_TYPE).orElse("").toLowerCase(Locale.ROOT);
    if (type.startsWith(STRUCTURED)) {
      if (!type.matches("application/cloudevents\\+json\\s*(;.*)?")) {
        throw EnvelopeReader.rejected(
            "kafka:header/content-type", "must be application/cloudevents+json", type);
      }
      return structured(record);
    }
    return header(record, PREFIX + VERSION).isPresent()
        ? new Opened(decoder.decode(record), attributes(record))
        : structured(record);
  }

  /** Whether a value has the attributes beside the data. */
  static boolean isStructured(KafkaRecord record) {
    return header(record, CONTENT_TYPE).orElse("").toLowerCase(Locale.ROOT).startsWith(STRUCTURED)
        || header(record, PREFIX + VERSION).isEmpty();
  }

  private Opened structured(KafkaRecord record) throws RejectedRecordException {
    Payload event = json.decode(record);
    Object version = event.at(List.of(VERSION));
    if (!(version instanceof String)) {
      throw EnvelopeReader.rejected(
          "/specversion", "must be there, or the header ce_specversion", version);
    }
    if (event.at(List.of(ENCODED)) instanceof String encoded) {
      return new Opened(decoder.decode(with(record, decoded(encoded))), event);
    }
    return new Opened(event.member(DATA).orElse(Payload.NOTHING), event);
  }

  private static byte[] decoded(String encoded) throws RejectedRecordException {
    try {
      return Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      throw EnvelopeReader.rejected("/data_base64", "must be Base64", encoded);
    }
  }

  private static KafkaRecord with(KafkaRecord record, byte[] value) {
    return new KafkaRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        value,
        record.headers());
  }

  /** Of binary mode: names of attributes, and the data as text. */
  private static Payload attributes(KafkaRecord record) {
    return path -> {
      if (path.size() != 1) {
        return null;
      }
      String name = path.get(0);
      return name.equals(DATA)
          ? new String(record.value(), StandardCharsets.UTF_8)
          : header(record, name.equals("datacontenttype") ? CONTENT_TYPE : PREFIX + name)
              .orElse(null);
    };
  }

  private static Optional<String> header(KafkaRecord record, String name) {
    return record.headers().stream()
        .filter(header -> header.name().equals(name) && header.value() != null)
        .reduce((first, second) -> second)
        .map(KafkaHeader::value)
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }
}
