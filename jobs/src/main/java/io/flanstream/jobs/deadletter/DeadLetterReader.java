package io.flanstream.jobs.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.operators.serialize.RecordFormat;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.Header;
import io.flanstream.schemas.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;

/** Bytes of the dead-letter topic to dead letters. */
final class DeadLetterReader {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final RecordFormat format;

  DeadLetterReader(RecordFormat format) {
    this.format = format;
  }

  /**
   * Reads one.
   *
   * @param value value of a record
   * @return the dead letter
   * @throws IOException if it is none
   */
  DeadLetter read(byte[] value) throws IOException {
    try {
      return format == RecordFormat.JSON ? json(MAPPER.readTree(value)) : avro(value);
    } catch (RuntimeException e) {
      throw new IOException("Cannot read dead letter: " + e.getMessage(), e);
    }
  }

  private static DeadLetter avro(byte[] value) throws IOException {
    return new SpecificDatumReader<>(DeadLetter.class)
        .read(null, DecoderFactory.get().binaryDecoder(value, null));
  }

  private static DeadLetter json(JsonNode json) throws IOException {
    JsonNode source = json.required("source");
    List<Header> headers = new ArrayList<>();
    for (JsonNode header : json.required("headers")) {
      headers.add(new Header(header.required("name").textValue(), bytes(header, "value")));
    }
    return DeadLetter.newBuilder()
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
  }

  private static ByteBuffer bytes(JsonNode json, String field) throws IOException {
    JsonNode value = json.required(field);
    return value.isNull() ? null : ByteBuffer.wrap(value.binaryValue());
  }
}
