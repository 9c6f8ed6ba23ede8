package io.flanstream.model.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.task.Mask;
import io.flanstream.model.task.Masks;
import java.io.UncheckedIOException;
import java.util.List;

/** Where a text is masked, without a word of it. */
final class MasksCodec {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private MasksCodec() {}

  static String encode(Masks masks) {
    try {
      return MAPPER.writeValueAsString(masks.all());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("Cannot keep masks: they must be JSON", e);
    }
  }

  static Masks decode(String json) {
    try {
      return new Masks(MAPPER.readValue(json, new TypeReference<List<Mask>>() {}));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("Cannot read kept masks: they must be JSON", e);
    }
  }
}
