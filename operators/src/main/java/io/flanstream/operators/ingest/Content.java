package io.flanstream.operators.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Message;
import org.apache.avro.generic.GenericRecord;

/** The whole value of a record, decoded: what is written on when answers are merged into it. */
public sealed interface Content {

  /**
   * It as JSON.
   *
   * @return a JSON object
   */
  String json();

  /**
   * An object of JSON, or a row of CSV.
   *
   * @param root the object
   */
  record Json(JsonNode root) implements Content {
    @Override
    public String json() {
      return root.toString();
    }
  }

  /**
   * An Avro record, in the schema that it was written with.
   *
   * @param record the record
   */
  record Avro(GenericRecord record) implements Content {
    @Override
    public String json() {
      return AvroJson.text(record.getSchema(), record);
    }
  }

  /**
   * A Protobuf message.
   *
   * @param message the message
   * @param from index of its first byte in the value
   */
  record Protobuf(Message message, int from) implements Content {
    @Override
    public String json() {
      return new ProtobufPayload(message, from).json().root().toString();
    }
  }
}
