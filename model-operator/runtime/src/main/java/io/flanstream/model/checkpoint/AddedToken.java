package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * A token that the tokenizers library looks for in a text before the model cuts it.
 *
 * <p>Immutable and thread-safe.
 *
 * @param content the token's text
 * @param singleWord whether it is found only where no letter or digit adjoins it
 * @param lstrip whether it takes the white space before it
 * @param rstrip whether it takes the white space after it
 * @param normalized whether it is looked for in the normalised text, not in the original one
 * @param special whether it stands for no text
 */
public record AddedToken(
    String content,
    boolean singleWord,
    boolean lstrip,
    boolean rstrip,
    boolean normalized,
    boolean special) {

  /** A token that is found wherever it is written. */
  static AddedToken of(String content, boolean normalized, boolean special) {
    return new AddedToken(content, false, false, false, normalized, special);
  }

  /** A token as {@code tokenizer_config.json} has it: its text alone, or an object. */
  static AddedToken parse(JsonNode json, boolean special) {
    if (json.isTextual()) {
      return of(json.asText(), !special, special);
    }
    boolean stands = json.path("special").asBoolean(special);
    return new AddedToken(
        json.path("content").asText(),
        json.path("single_word").asBoolean(),
        json.path("lstrip").asBoolean(),
        json.path("rstrip").asBoolean(),
        json.path("normalized").asBoolean(!stands),
        stands);
  }

  /** The token as an entry of {@code added_tokens} in a tokenizer.json. */
  JsonNode json(int id) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("content", content)
        .put("single_word", singleWord)
        .put("lstrip", lstrip)
        .put("rstrip", rstrip)
        .put("normalized", normalized)
        .put("special", special);
  }

  /** The same as a special token. */
  AddedToken asSpecial() {
    return new AddedToken(content, singleWord, lstrip, rstrip, normalized, true);
  }

  /** The same, looked for in the original text. */
  AddedToken inOriginal() {
    return new AddedToken(content, singleWord, lstrip, rstrip, false, special);
  }
}
