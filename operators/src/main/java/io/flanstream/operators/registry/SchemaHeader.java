package io.flanstream.operators.registry;

import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The schema of a value that a header of its record names, as newer serializers do: the value has
 * no frame then, whatever its first bytes look like.
 *
 * @param path where the registry has the schema
 */
public record SchemaHeader(String path) {
  /** Header of Confluent's serializers. */
  public static final String CONFLUENT = "__value_schema_id";

  /** Header of Apicurio's serializers. */
  public static final String APICURIO = "apicurio.value.contentId";

  private static final byte ID = 0;
  private static final byte GUID = 1;

  /**
   * The schema that headers name.
   *
   * @param headers of a record
   * @return the schema; empty where no header names one
   * @throws IllegalArgumentException if one does, in a form that is not known
   */
  public static Optional<SchemaHeader> of(List<KafkaHeader> headers) {
    for (KafkaHeader header : headers) {
      if (header.name().equals(CONFLUENT)) {
        return Optional.of(confluent(header.value()));
      }
      if (header.name().equals(APICURIO)) {
        if (header.value() == null || header.value().length != Long.BYTES) {
          throw unknown(header.name(), header.value());
        }
        return Optional.of(id(ByteBuffer.wrap(header.value()).getLong()));
      }
    }
    return Optional.empty();
  }

  /** Whether a header of this name says what schema a value has. */
  public static boolean isNamed(String header) {
    return header.equals(CONFLUENT) || header.equals(APICURIO);
  }

  /**
   * The schema that a record's headers name.
   *
   * @param record a record
   * @return the schema; empty where no header names one
   * @throws RejectedRecordException if one does, in a form that is not known
   */
  public static Optional<SchemaHeader> of(KafkaRecord record) throws RejectedRecordException {
    try {
      return of(record.headers());
    } catch (IllegalArgumentException e) {
      throw new RejectedRecordException(
          Reason.INVALID_FRAME, "Cannot decode value: " + e.getMessage());
    }
  }

  /** What the registry calls it. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static SchemaHeader confluent(byte[] value) {
    if (value != null && value.length == 1 + Integer.BYTES && value[0] == ID) {
      return id(ByteBuffer.wrap(value).getInt(1));
    }
    if (value != null && value.length == 1 + 2 * Long.BYTES && value[0] == GUID) {
      ByteBuffer bytes = ByteBuffer.wrap(value, 1, 2 * Long.BYTES);
      return new SchemaHeader("/schemas/guids/" + new UUID(bytes.getLong(), bytes.getLong()));
    }
    throw unknown(CONFLUENT, value);
  }

  /** The schema of an id. */
  public static SchemaHeader id(long id) {
    return new SchemaHeader("/schemas/ids/" + id);
  }

  private static IllegalArgumentException unknown(String header, byte[] value) {
    return new IllegalArgumentException(
        "header %s must be a schema's id, got %s"
            .formatted(header, value == null ? "nothing" : value.length + " bytes"));
  }
}
