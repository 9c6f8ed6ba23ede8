package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.flanstream.model.decode.SourceText;
import io.flanstream.model.decode.TextNormalizer;
import io.flanstream.model.decode.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a checkpoint's {@code tokenizer.json} says about its vocabulary: a Unigram model whose words
 * begin with U+2581.
 *
 * <p>Immutable and thread-safe; {@code normalizer} must not be changed.
 *
 * @param pieces piece of each id
 * @param scores logarithm of the probability of each of the model's own pieces, which are the first
 *     ones; none where the tokenizer has no model
 * @param specialIds ids that stand for no text: pad, end, unknown, sentinels
 * @param padId id of {@code <pad>}
 * @param endId id of {@code </s>}
 * @param unknownId id that {@code model.unk_id} names
 * @param words how words are cut
 * @param normalizer the {@code normalizer} member; a JSON null where there is none
 * @param addedTokens tokens that are looked for in a text before the model cuts it
 * @param byteIds id of the piece that stands for each byte, {@code [256]}; empty where characters
 *     that have no piece are unknown
 */
public record TokenizerFile(
    List<String> pieces,
    List<Double> scores,
    Set<Integer> specialIds,
    int padId,
    int endId,
    int unknownId,
    WordCutting words,
    JsonNode normalizer,
    List<AddedToken> addedTokens,
    List<Integer> byteIds) {
  private static final String PAD = "<pad>";
  private static final String END = "</s>";
  private static final String UNKNOWN = "<unk>";
  private static final int BYTES = 256;

  /** Copies the collections. */
  public TokenizerFile {
    pieces = List.copyOf(pieces);
    scores = List.copyOf(scores);
    specialIds = Set.copyOf(specialIds);
    addedTokens = List.copyOf(addedTokens);
    byteIds = List.copyOf(byteIds);
  }

  /**
   * Reads a tokenizer file.
   *
   * @param file a {@code tokenizer.json}
   * @return its vocabulary and normaliser
   * @throws CheckpointException if it is missing or malformed, no Unigram model, has a component
   *     that is not supported, does not mark words with U+2581, or lacks a special token
   */
  public static TokenizerFile read(Path file) {
    return new Reader(file, JsonFile.readObject(file)).read();
  }

  /**
   * Reads what lies in a tokenizer file, or was made of another one.
   *
   * @param file names the source in errors
   * @param json a {@code tokenizer.json} in UTF-8
   */
  static TokenizerFile parse(Path file, byte[] json) {
    return new Reader(file, JsonFile.object(file, json)).read();
  }

  /**
   * ByT5's vocabulary, for which there is no file: pad, end and unknown token, the 256 bytes, and
   * sentinels, which count up.
   */
  static TokenizerFile ofBytes(int sentinels) {
    List<String> pieces = new ArrayList<>(List.of(PAD, END, UNKNOWN));
    List<Integer> byteIds = new ArrayList<>(BYTES);
    for (int value = 0; value < BYTES; value++) {
      byteIds.add(pieces.size());
      pieces.add(bytePiece(value));
    }
    Set<Integer> special = new HashSet<>(List.of(0, 1, 2));
    for (int i = 0; i < sentinels; i++) {
      special.add(pieces.size());
      pieces.add(DeclaredTokens.sentinel(i));
    }
    return new TokenizerFile(
        pieces,
        List.of(),
        special,
        0,
        1,
        2,
        WordCutting.TOGETHER,
        NullNode.getInstance(),
        List.of(),
        byteIds);
  }

  /** The piece of a byte, as SentencePiece names it. */
  private static String bytePiece(int value) {
    return "<0x" + HexFormat.of().withUpperCase().toHexDigits((byte) value) + ">";
  }

  /**
   * The vocabulary of a model.
   *
   * @param rows how many rows its embedding has; tokens beyond them are special
   */
  public Vocabulary vocabulary(int rows) {
    Set<Integer> special = new HashSet<>(specialIds);
    IntStream.range(rows, pieces.size()).forEach(special::add);
    Map<Integer, String> added = new HashMap<>();
    Set<String> contents =
        addedTokens.stream().map(AddedToken::content).collect(Collectors.toSet());
    TextNormalizer textNormalizer = TextNormalizer.parse(normalizer);
    for (int id = 0; id < pieces.size(); id++) {
      if (!special.contains(id) && contents.contains(pieces.get(id))) {
        added.put(id, SourceText.spelling(pieces.get(id), textNormalizer));
      }
    }
    return new Vocabulary(pieces, special, padId, endId, unknownId).with(byteIds, added);
  }

  private record Reader(Path file, JsonNode json) {

    TokenizerFile read() {
      JsonNode model = json.path("model");
      List<String> pieces = pieces(model);
      TextCutting cutting = TextCutting.parse(file, json);
      Set<Integer> special = new HashSet<>();
      List<AddedToken> added = new ArrayList<>();
      json.path("added_tokens").forEach(token -> added.add(add(token, pieces, special)));
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
          scores(model),
          special,
          pad,
          end,
          unknown.asInt(),
          cutting.words(),
          json.path("normalizer").deepCopy(),
          added,
          model.path("byte_fallback").asBoolean() ? byteIds(ids) : List.of());
    }

    private List<Integer> byteIds(Map<String, Integer> ids) {
      List<Integer> byteIds = new ArrayList<>(BYTES);
      for (int value = 0; value < BYTES; value++) {
        byteIds.add(id(ids, bytePiece(value)));
      }
      return byteIds;
    }

    private List<String> pieces(JsonNode model) {
      check(
          model.path("type").asText("Unigram").equals("Unigram"),
          "model.type must be Unigram",
          model.path("type"));
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

    private static List<Double> scores(JsonNode model) {
      List<Double> scores = new ArrayList<>();
      model.path("vocab").forEach(entry -> scores.add(entry.get(1).asDouble()));
      return scores;
    }

    private AddedToken add(JsonNode token, List<String> pieces, Set<Integer> special) {
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
      return AddedToken.parse(token, false);
    }

    private int id(Map<String, Integer> ids, String piece) {
      Integer id = ids.get(piece);
      check(id != null, "the vocabulary must have " + piece, json.path("added_tokens"));
      return id;
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
