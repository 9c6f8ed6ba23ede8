package io.flanstream.operators.ingest;

import io.flanstream.operators.registry.RegistryProvider;
import io.flanstream.schemas.TextEvent;
import java.io.Serializable;
import org.apache.avro.Schema;

/**
 * How values are written, and where an event's parts are in them.
 *
 * @param format how they are written
 * @param schema schema of Avro values as JSON. Where null, plain ones are our own {@link
 *     TextEvent}, and each in Confluent's wire format is of the schema that it was written with
 * @param fields where an event's parts are
 * @param registry has the schemas of values in Confluent's wire format; null for other formats
 */
public record PayloadForm(
    PayloadFormat format, String schema, EventFields fields, RegistryProvider registry)
    implements Serializable {

  /** A form that needs no registry. */
  public PayloadForm(PayloadFormat format, String schema, EventFields fields) {
    this(format, schema, fields, null);
  }

  PayloadDecoder decoder() {
    return switch (format) {
      case JSON -> new JsonDecoder();
      case TEXT -> new TextDecoder(fields.text());
      case AVRO -> new AvroDecoder(schema == null ? TextEvent.getClassSchema() : parsedSchema());
      case AVRO_CONFLUENT ->
          new FramedAvroDecoder(
              new FramedAvroReader(registry.open(), schema == null ? null : parsedSchema()));
    };
  }

  private Schema parsedSchema() {
    return new Schema.Parser().parse(schema);
  }
}
