package io.flanstream.operators.ingest;

import io.flanstream.schemas.TextEvent;
import java.io.Serializable;
import org.apache.avro.Schema;

/**
 * How values are written, and where an event's parts are in them.
 *
 * @param format how they are written
 * @param schema schema of Avro values as JSON; our own {@link TextEvent} where null
 * @param fields where an event's parts are
 */
public record PayloadForm(PayloadFormat format, String schema, EventFields fields)
    implements Serializable {

  PayloadDecoder decoder() {
    return switch (format) {
      case JSON -> new JsonDecoder();
      case TEXT -> new TextDecoder(fields.text());
      case AVRO ->
          schema == null
              ? new AvroDecoder(TextEvent.getClassSchema(), true)
              : new AvroDecoder(new Schema.Parser().parse(schema), false);
    };
  }
}
