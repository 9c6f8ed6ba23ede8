package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.registry.RegistryException;
import io.flanstream.operators.registry.SchemaHeader;
import io.flanstream.operators.registry.SchemaRegistry;
import io.flanstream.operators.registry.UnknownSchemaException;
import io.flanstream.operators.registry.WireFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * Avro records in Confluent's wire format, each by the schema whose id goes before it. One thread
 * at a time.
 */
public final class FramedAvroReader {
  private static final int MOST_READERS = 1000;

  private final SchemaRegistry registry;
  private final Schema expected;
  private final Map<Object, AvroReader> readers = new HashMap<>();

  /**
   * Reads records.
   *
   * @param registry has their schemas
   * @param expected schema that all are to have; each has its own where null
   */
  public FramedAvroReader(SchemaRegistry registry, Schema expected) {
    this.registry = registry;
    this.expected = expected;
  }

  /**
   * Reads a record.
   *
   * @param value the whole value of a Kafka record
   * @return the record
   * @throws RejectedRecordException if it is none, or of a schema that the registry does not have;
   *     the reader is as new afterwards
   * @throws RegistryException if the registry is away
   */
  public GenericRecord read(byte[] value) throws RejectedRecordException {
    OptionalInt id = WireFormat.schemaId(value);
    if (id.isEmpty()) {
      throw new RejectedRecordException(
          Reason.INVALID_FRAME,
          "Cannot decode value: its %s bytes must be a zero byte, a schema's id in four and an Avro record"
              .formatted(value.length));
    }
    return reader(id.getAsInt(), () -> registry.schema(id.getAsInt()))
        .read(value, WireFormat.HEADER_BYTES);
  }

  /**
   * Reads a record whose schema a header may name; its value has no frame then.
   *
   * @param value the whole value of a Kafka record
   * @param headers the record's headers
   * @return the record
   * @throws RejectedRecordException if it is none, or of a schema that the registry does not have;
   *     the reader is as new afterwards
   * @throws RegistryException if the registry is away
   */
  public GenericRecord read(byte[] value, List<KafkaHeader> headers)
      throws RejectedRecordException {
    Optional<SchemaHeader> header;
    try {
      header = SchemaHeader.of(headers);
    } catch (IllegalArgumentException e) {
      throw new RejectedRecordException(
          Reason.INVALID_FRAME, "Cannot decode value: " + e.getMessage());
    }
    return header.isEmpty()
        ? read(value)
        : reader(header.get(), () -> registry.schema(header.get())).read(value, 0);
  }

  /** Asks the registry. */
  @FunctionalInterface
  private interface Source {
    Schema schema() throws UnknownSchemaException;
  }

  private AvroReader reader(Object id, Source source) throws RejectedRecordException {
    AvroReader reader = readers.get(id);
    if (reader == null) {
      reader = newReader(id, source);
      if (readers.size() == MOST_READERS) {
        readers.clear();
      }
      readers.put(id, reader);
    }
    return reader;
  }

  private AvroReader newReader(Object id, Source source) throws RejectedRecordException {
    Schema written;
    try {
      written = source.schema();
    } catch (UnknownSchemaException e) {
      throw unknown(e.getMessage());
    }
    if (written.getType() != Schema.Type.RECORD) {
      throw unknown("schema %s must be a record's, got %s".formatted(named(id), written.getType()));
    }
    try {
      return new AvroReader(written, expected == null ? written : expected);
    } catch (IllegalArgumentException e) {
      throw new RejectedRecordException(
          Reason.INVALID_AVRO,
          "Cannot decode value of schema %s: %s".formatted(named(id), e.getMessage()));
    }
  }

  private static String named(Object id) {
    return id instanceof SchemaHeader header ? header.path() : id.toString();
  }

  private static RejectedRecordException unknown(String why) {
    return new RejectedRecordException(Reason.UNKNOWN_SCHEMA, "Cannot decode value: " + why);
  }
}
