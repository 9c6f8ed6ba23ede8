package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.checkpoint.SentencePieceModel.Algorithm;
import io.flanstream.model.checkpoint.SentencePieceModel.Kind;
import io.flanstream.model.checkpoint.SentencePieceModel.Piece;
import io.flanstream.model.decode.TextNormalizer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A SentencePiece model and the tokens declared beside it on their way to a tokenizer.json. */
final class TokenizerConversion {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path file;
  private final SentencePieceModel model;
  private final DeclaredTokens declared;
  private final TokenizerLayout layout;
  private final TextNormalizer normalizer;
  private final Map<String, Integer> ids = new HashMap<>();
  private final SortedMap<Integer, AddedToken> added = new TreeMap<>();
  private int size;

  TokenizerConversion(Path file, SentencePieceModel model, DeclaredTokens declared) {
    this.file = file;
    this.model = model;
    this.declared = declared;
    this.layout = TokenizerLayout.of(model);
    check(model.algorithm() == Algorithm.UNIGRAM, "model_type must be UNIGRAM", model.algorithm());
    check(!model.markAfterWord(), "treat_whitespace_as_suffix must be false", true);
    check(model.unknownId().isPresent(), "one piece must be of type UNKNOWN", "none");
    this.normalizer = normalizer();
  }

  private TextNormalizer normalizer() {
    try {
      return TextNormalizer.parse(layout.normalizer());
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          "Cannot open checkpoint: the normalisation in %s is not supported: %s"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /** The tokenizer.json in UTF-8. */
  byte[] json() {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode vocabulary = vocabulary();
    addTokens();
    ArrayNode tokens = json.putArray("added_tokens");
    added.forEach((id, token) -> tokens.add(token.json(id)));
    json.set("normalizer", layout.normalizer());
    json.set("pre_tokenizer", layout.preTokenizer());
    json.set("post_processor", endAfterText());
    json.set("decoder", layout.decoder());
    ObjectNode unigram = json.putObject("model").put("type", "Unigram");
    unigram.put("unk_id", model.unknownId().orElseThrow());
    unigram.set("vocab", vocabulary);
    unigram.put("byte_fallback", model.byteFallback());
    try {
      return MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The model's pieces, then the sentinels, which count down. */
  private ArrayNode vocabulary() {
    ArrayNode vocabulary = MAPPER.createArrayNode();
    model.pieces().forEach(piece -> addPiece(vocabulary, piece.text(), piece.score()));
    for (int i = declared.sentinels() - 1; i >= 0; i--) {
      addPiece(vocabulary, DeclaredTokens.sentinel(i), 0);
    }
    size = vocabulary.size();
    return vocabulary;
  }

  private void addPiece(ArrayNode vocabulary, String piece, double score) {
    ids.put(piece, vocabulary.size());
    vocabulary.addArray().add(piece).add(score);
  }

  /** In transformers' order: new tokens are numbered as they come. */
  private void addTokens() {
    for (int id = 0; id < model.pieces().size(); id++) {
      Piece piece = model.pieces().get(id);
      if (piece.kind() == Kind.CONTROL
          || (piece.kind() == Kind.USER_DEFINED && layout.addsUserDefinedPieces())) {
        boolean special = piece.kind() == Kind.CONTROL;
        added.put(ids.get(piece.text()), AddedToken.of(piece.text(), false, special));
      }
    }
    declared
        .named()
        .values()
        .forEach(token -> ids.computeIfPresent(token.content(), (content, id) -> put(id, token)));
    declared.byId().forEach(this::addDeclared);
    declared.named().values().forEach(this::addIfNew);
    declared.additional().forEach(this::addIfNew);
  }

  private void addDeclared(int id, AddedToken token) {
    int given = ids.computeIfAbsent(token.content(), content -> size++);
    check(
        given == id,
        "token %s must have id %s, the next after the model's pieces or its own among them"
            .formatted(token.content(), given),
        id + " in tokenizer_config.json or added_tokens.json");
    boolean named =
        declared.named().values().stream()
            .anyMatch(other -> other.content().equals(token.content()));
    put(id, named ? token.asSpecial() : token);
  }

  private void addIfNew(AddedToken token) {
    int id = ids.computeIfAbsent(token.content(), content -> size++);
    added.putIfAbsent(id, asWritten(token));
  }

  /**
   * A token that normalisation changes, such as a line break that becomes a space, is looked for in
   * the original text: in the normalised one every space would be it.
   */
  private AddedToken asWritten(AddedToken token) {
    boolean changed = !normalizer.normalize(token.content()).text().equals(token.content());
    return token.normalized() && changed ? token.inOriginal() : token;
  }

  private int put(int id, AddedToken token) {
    added.put(id, asWritten(token));
    return id;
  }

  private ObjectNode endAfterText() {
    String end = declared.end();
    ObjectNode json = MAPPER.createObjectNode().put("type", "TemplateProcessing");
    addTemplate(json.putArray("single"), end, "A");
    ArrayNode pair = json.putArray("pair");
    addTemplate(pair, end, "A");
    addTemplate(pair, end, "B");
    ObjectNode token = json.putObject("special_tokens").putObject(end).put("id", end);
    token.putArray("ids").add(ids.get(end));
    token.putArray("tokens").add(end);
    return json;
  }

  private static void addTemplate(ArrayNode template, String end, String sequence) {
    template.addObject().putObject("Sequence").put("id", sequence).put("type_id", 0);
    template.addObject().putObject("SpecialToken").put("id", end).put("type_id", 0);
  }

  private void check(boolean holds, String rule, Object value) {
    if (!holds) {
      throw new CheckpointException(
          "Cannot open checkpoint: in %s %s, got %s".formatted(file, rule, value));
    }
  }
}
