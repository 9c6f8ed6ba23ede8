package io.flanstream.operators.ingest;

import io.flanstream.operators.protobuf.ProtobufType;
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
 * @param envelope what the records are wrapped in
 * @param protobuf type of Protobuf messages without a registry; null for other formats
 * @param csv columns of rows; null for other formats
 */
public record PayloadForm(
    PayloadFormat format,
    String schema,
    EventFields fields,
    RegistryProvider registry,
    Envelope envelope,
    ProtobufType protobuf,
    CsvColumns csv)
    implements Serializable {

  /** Values of JSON, text or Avro in no envelope. */
  public PayloadForm(
      PayloadFormat format, String schema, EventFields fields, RegistryProvider registry) {
    this(format, schema, fields, registry, Envelope.NONE, null, null);
  }

  /** A form that needs no registry. */
  public PayloadForm(PayloadFormat format, String schema, EventFields fields) {
    this(format, schema, fields, null);
  }

  PayloadDecoder decoder() {
    return switch (format) {
      case JSON -> new JsonDecoder();
      case JSON_CONFLUENT -> new FramedJsonDecoder();
      case TEXT -> new TextDecoder(fields.text());
      case CSV -> new CsvDecoder(csv);
      case AVRO -> new AvroDecoder(schema == null ? TextEvent.getClassSchema() : parsedSchema());
      case AVRO_CONFLUENT ->
          new FramedAvroDecoder(
              new FramedAvroReader(registry.open(), schema == null ? null : parsedSchema()));
      case PROTOBUF -> new ProtobufDecoder(protobuf.descriptor());
      case PROTOBUF_CONFLUENT -> new FramedProtobufDecoder(registry.open());
    };
  }

  /** Of keys that have parts: framed as the values are, otherwise JSON. */
  PayloadDecoder keyDecoder() {
    return switch (format) {
      case JSON_CONFLUENT -> new FramedJsonDecoder();
      case AVRO_CONFLUENT -> new FramedAvroDecoder(new FramedAvroReader(registry.open(), null));
      case PROTOBUF_CONFLUENT -> new FramedProtobufDecoder(registry.open());
      default -> new JsonDecoder();
    };
  }

  private Schema parsedSchema() {
    return new Schema.Parser().parse(schema);
  }
}
