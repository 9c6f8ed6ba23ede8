package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a checkpoint's {@code tokenizer.json} says about its vocabulary: a Unigram model whose words
 * begin with U+2581.
 *
 * <p>Immutable and thread-safe; {@code normalizer} must not be changed.
 *
 * @param pieces piece of each id
 * @param specialIds ids that stand for no text: pad, end, unknown, sentinels
 * @param padId id of {@code <pad>}
 * @param endId id of {@code </s>}
 * @param unknownId id that {@code model.unk_id} names
 * @param wordsApart whether each word between white space is tokenised by itself
 * @param normalizer the {@code normalizer} member; a JSON null where there is none
 */
public record TokenizerFile(
    List<String> pieces,
    Set<Integer> specialIds,
    int padId,
    int endId,
    int unknownId,
    boolean wordsApart,
    JsonNode normalizer) {
  private static final String PAD = "<pad>";
  private static final String END = "</s>";

  /** Copies the collections. */
  public TokenizerFile {
    pieces = List.copyOf(pieces);
    specialIds = Set.copyOf(specialIds);
  }

  /**
   * Reads a tokenizer file.
   *
   * @param file a {@code tokenizer.json}
   * @return its vocabulary and normaliser
   * @throws CheckpointException if it is missing or malformed, no Unigram model, falls back to
   *     bytes, does not mark words with U+2581, or lacks a special token
   */
  public static TokenizerFile read(Path file) {
    return new Reader(file, JsonFile.readObject(file)).read();
  }

  private record Reader(Path file, JsonNode json) {

    TokenizerFile read() {
      JsonNode model = json.path("model");
      List<String> pieces = pieces(model);
      check(
          !model.path("byte_fallback").asBoolean(),
          "model.byte_fallback must be false",
          model.path("byte_fallback"));
      check(
          marksWords(json.path("pre_tokenizer")),
          "pre_tokenizer must be or hold a Metaspace with replacement \u2581",
          json.path("pre_tokenizer"));
      Set<Integer> special = new HashSet<>();
      json.path("added_tokens").forEach(token -> add(token, pieces, special));
      Map<String, Integer> ids = new HashMap<>();
      for (int id = 0; id < pieces.size(); id++) {
        ids.putIfAbsent(pieces.get(id), id);
      }
      JsonNode unknown = model.path("unk_id");
      check(
          unknown.isInt() && unknown.asInt() >= 0 && unknown.asInt() < pieces.size(),
          "model.unk_id must be an id of the vocabulary",
          unknown);
      int pad = id(ids, PAD);
      int end = id(ids, END);
      special.addAll(List.of(pad, end, unknown.asInt()));
      return new TokenizerFile(
          pieces,
          special,
          pad,
          end,
          unknown.asInt(),
          wordsApart(json.path("pre_tokenizer")),
          json.path("normalizer").deepCopy());
    }

    private List<String> pieces(JsonNode model) {
      JsonNode vocabulary = model.path("vocab");
      check(
          vocabulary.isArray() && !vocabulary.isEmpty(),
          "model.vocab must be an array of [piece, score] (Unigram)",
          model.path("type"));
      List<String> pieces = new ArrayList<>(vocabulary.size());
      for (JsonNode entry : vocabulary) {
        check(
            entry.isArray() && entry.path(0).isTextual() && entry.path(1).isNumber(),
            "each entry of model.vocab must be [piece, score]",
            entry);
        pieces.add(entry.get(0).asText());
      }
      return pieces;
    }

    private void add(JsonNode token, List<String> pieces, Set<Integer> special) {
      int id = token.path("id").asInt(-1);
      String content = token.path("content").asText();
      check(
          id >= 0 && id <= pieces.size(),
          "ids of added_tokens must follow the vocabulary without a gap",
          token);
      if (id == pieces.size()) {
        pieces.add(content);
      }
      check(
          pieces.get(id).equals(content),
          "added_tokens must agree with model.vocab, which has " + pieces.get(id),
          token);
      if (token.path("special").asBoolean()) {
        special.add(id);
      }
    }

    private int id(Map<String, Integer> ids, String piece) {
      Integer id = ids.get(piece);
      check(id != null, "the vocabulary must have " + piece, json.path("added_tokens"));
      return id;
    }

    private static boolean marksWords(JsonNode preTokenizer) {
      if (preTokenizer.path("type").asText().equals("Metaspace")) {
        return preTokenizer.path("replacement").asText("\u2581").equals("\u2581");
      }
      for (JsonNode part : preTokenizer.path("pretokenizers")) {
        if (marksWords(part)) {
          return true;
        }
      }
      return false;
    }

    private static boolean wordsApart(JsonNode preTokenizer) {
      String type = preTokenizer.path("type").asText();
      if (type.equals("Sequence")) {
        for (JsonNode part : preTokenizer.path("pretokenizers")) {
          if (wordsApart(part)) {
            return true;
          }
        }
      }
      return type.equals("WhitespaceSplit")
          || (type.equals("Metaspace") && preTokenizer.path("split").asBoolean(true));
    }

    private void check(boolean holds, String rule, JsonNode value) {
      if (!holds) {
        String got = value.isMissingNode() ? "nothing" : value.toString();
        throw new CheckpointException(
            "Cannot open checkpoint: in %s %s, got %s"
                .formatted(file, rule, got.length() > 200 ? got.substring(0, 200) + "…" : got));
      }
    }
  }
}
