package io.flanstream.operators.serialize;

import io.flanstream.operators.registry.RegistryException;
import io.flanstream.operators.registry.Subject;
import io.flanstream.operators.registry.WireFormat;
import java.io.Serializable;
import org.apache.avro.Schema;

/**
 * How a topic's records are written.
 *
 * @param format how
 * @param subject where the schema of records in Confluent's wire format is; null for other formats
 */
public record RecordForm(RecordFormat format, Subject subject) implements Serializable {

  /** A form that needs no registry. */
  public RecordForm(RecordFormat format) {
    this(format, null);
  }

  /**
   * What writes records. Asks the registry, where there is one, and never again.
   *
   * @param schema what the records are
   * @throws RegistryException if the registry is away, or has no place for the schema
   */
  RecordEncoder encoder(Schema schema) {
    return switch (format) {
      case AVRO -> new AvroEncoder(new byte[0]);
      case AVRO_CONFLUENT -> new AvroEncoder(WireFormat.header(subject.schemaId(schema)));
      case JSON -> PlainJson::bytes;
    };
  }
}
