package io.flanstream.operators.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import java.util.Locale;

/** The value is a JSON object in UTF-8. */
final class JsonDecoder implements PayloadDecoder {
  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build()
          .readerFor(JsonNode.class);
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  @Override
  public Payload decode(byte[] value) throws RejectedRecordException {
    String text = StrictUtf8.decode(value);
    JsonNode root = tree(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
    if (root.isMissingNode()) {
      throw new RejectedRecordException(
          Reason.INVALID_JSON,
          "Cannot decode value: it must be a JSON object, got "
              + (value.length == 0 ? "an empty value" : "white space alone"));
    }
    if (!root.isObject()) {
      throw new RejectedRecordException(
          Reason.INVALID_JSON,
          "Cannot decode value: it must be a JSON object, got "
              + root.getNodeType().name().toLowerCase(Locale.ROOT));
    }
    return new JsonPayload(root);
  }

  private static JsonNode tree(String text) throws RejectedRecordException {
    try {
      return READER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new RejectedRecordException(
          Reason.INVALID_JSON,
          "Cannot decode value: it must be JSON: " + JsonProblem.textWithPlace(e));
    }
  }
}
