package io.flanstream.jobs.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.operators.deadletter.ReleasedDeadLetter;
import io.flanstream.operators.registry.RegistryException;
import io.flanstream.operators.registry.RegistryProvider;
import io.flanstream.operators.registry.SchemaRegistry;
import io.flanstream.operators.registry.UnknownSchemaException;
import io.flanstream.operators.registry.WireFormat;
import io.flanstream.operators.serialize.RecordFormat;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.Header;
import io.flanstream.schemas.Source;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;

/** Bytes of the dead-letter topic to dead letters. */
final class DeadLetterReader {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final RecordFormat format;
  private final SchemaRegistry registry;

  /**
   * Reads dead letters of one form.
   *
   * @param format their form
   * @param registry opens the registry with their schemas; null for a form that needs none
   */
  DeadLetterReader(RecordFormat format, RegistryProvider registry) {
    this.format = format;
    this.registry = format == RecordFormat.AVRO_CONFLUENT ? registry.open() : null;
  }

  /**
   * Reads one.
   *
   * @param value value of a record
   * @return the dead letter
   * @throws IOException if it is none
   * @throws RegistryException if the registry is away
   */
  DeadLetter read(byte[] value) throws IOException {
    try {
      return switch (format) {
        case JSON -> json(MAPPER.readTree(value));
        case AVRO -> plainAvro(value);
        case AVRO_CONFLUENT -> avro(value, WireFormat.HEADER_BYTES, written(value));
      };
    } catch (RegistryException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new IOException("Cannot read dead letter: " + e.getMessage(), e);
    }
  }

  /** Plain Avro does not say which schema it was written with: today's, or the one before it. */
  private static DeadLetter plainAvro(byte[] value) throws IOException {
    try {
      return avro(value, 0, DeadLetter.getClassSchema());
    } catch (EOFException e) {
      return avro(value, 0, ReleasedDeadLetter.SCHEMA);
    }
  }

  private Schema written(byte[] value) throws IOException {
    try {
      return registry.schema(
          WireFormat.schemaId(value)
              .orElseThrow(() -> new IOException("Cannot read dead letter: no schema's id")));
    } catch (UnknownSchemaException e) {
      throw new IOException("Cannot read dead letter: " + e.getMessage(), e);
    }
  }

  private static DeadLetter avro(byte[] value, int from, Schema written) throws IOException {
    return new SpecificDatumReader<DeadLetter>(written, DeadLetter.getClassSchema())
        .read(null, DecoderFactory.get().binaryDecoder(value, from, value.length - from, null));
  }

  private static DeadLetter json(JsonNode json) throws IOException {
    JsonNode source = json.required("source");
    List<Header> headers = new ArrayList<>();
    for (JsonNode header : json.required("headers")) {
      headers.add(new Header(header.required("name").textValue(), bytes(header, "value")));
    }
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setSource(
                new Source(
                    source.required("topic").textValue(),
                    source.required("partition").intValue(),
                    source.required("offset").longValue()))
            .setKey(bytes(json, "key"))
            .setPayload(bytes(json, "payload"))
            .setPayloadLength(json.required("payloadLength").longValue())
            .setPayloadHash(json.required("payloadHash").textValue())
            .setHeaders(headers)
            .setStage(json.required("stage").textValue())
            .setCode(json.required("code").textValue())
            .setMessage(json.required("message").textValue())
            .setAttempts(json.required("attempts").intValue())
            .build();
    for (String added : ReleasedDeadLetter.ADDED) {
      Schema.Field field = letter.getSchema().getField(added);
      if (field != null && json.path(added).isArray()) {
        List<String> values = new ArrayList<>();
        json.get(added).forEach(value -> values.add(value.textValue()));
        letter.put(field.pos(), values);
      }
    }
    return letter;
  }

  private static ByteBuffer bytes(JsonNode json, String field) throws IOException {
    JsonNode value = json.required(field);
    return value.isNull() ? null : ByteBuffer.wrap(value.binaryValue());
  }
}
