package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tokens that the files beside a SentencePiece model declare: {@code tokenizer_config.json},
 * and where that has no {@code added_tokens_decoder}, {@code special_tokens_map.json} and {@code
 * added_tokens.json}, as transformers reads them.
 *
 * @param byId tokens with an id of their own
 * @param named end, unknown, pad and other tokens with a role, by role
 * @param additional other special tokens, sentinels included
 * @param sentinels how many sentinels {@code <extra_id_N>} follow the model's pieces
 */
record DeclaredTokens(
    SortedMap<Integer, AddedToken> byId,
    Map<String, AddedToken> named,
    List<AddedToken> additional,
    int sentinels) {
  private static final int SENTINELS = 100;
  private static final List<String> ROLES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  /** Name of a sentinel. */
  static String sentinel(int number) {
    return "<extra_id_%s>".formatted(number);
  }

  /** The end token's text. */
  String end() {
    return named.get("eos_token").content();
  }

  /** Reads the files of a directory that are there. */
  static DeclaredTokens read(Path directory) {
    JsonNode config = file(directory, "tokenizer_config.json");
    boolean whole = config.path("added_tokens_decoder").isObject();
    JsonNode map = whole ? MissingNode.getInstance() : file(directory, "special_tokens_map.json");
    int sentinels = config.path("extra_ids").asInt(SENTINELS);
    Map<String, AddedToken> named = named(config, map);
    Set<AddedToken> additional = new LinkedHashSet<>();
    for (JsonNode node : List.of(map, config)) {
      for (String list : List.of("additional_special_tokens", "extra_special_tokens")) {
        node.path(list).forEach(token -> additional.add(AddedToken.parse(token, true).asSpecial()));
      }
    }
    for (int i = 0; i < sentinels; i++) {
      additional.add(AddedToken.of(sentinel(i), false, true));
    }
    SortedMap<Integer, AddedToken> byId = new TreeMap<>();
    if (whole) {
      config
          .get("added_tokens_decoder")
          .properties()
          .forEach(
              entry ->
                  byId.put(
                      id(directory, entry.getKey()), AddedToken.parse(entry.getValue(), false)));
    } else {
      readAdded(file(directory, "added_tokens.json"), named, additional, byId);
    }
    return new DeclaredTokens(byId, named, new ArrayList<>(additional), sentinels);
  }

  private static Map<String, AddedToken> named(JsonNode config, JsonNode map) {
    Map<String, AddedToken> named = new LinkedHashMap<>();
    for (String role : ROLES) {
      JsonNode token = map.hasNonNull(role) ? map.get(role) : config.path(role);
      if (token.isTextual() || token.isObject()) {
        named.put(role, AddedToken.parse(token, true).asSpecial());
      }
    }
    named.putIfAbsent("eos_token", AddedToken.of("</s>", false, true));
    named.putIfAbsent("unk_token", AddedToken.of("<unk>", false, true));
    named.putIfAbsent("pad_token", AddedToken.of("<pad>", false, true));
    return named;
  }

  private static void readAdded(
      JsonNode added,
      Map<String, AddedToken> named,
      Set<AddedToken> additional,
      SortedMap<Integer, AddedToken> byId) {
    Set<String> special = new LinkedHashSet<>();
    named.values().forEach(token -> special.add(token.content()));
    additional.forEach(token -> special.add(token.content()));
    added
        .properties()
        .forEach(
            entry -> {
              boolean stands = special.contains(entry.getKey());
              byId.put(entry.getValue().asInt(), AddedToken.of(entry.getKey(), !stands, stands));
            });
  }

  private static JsonNode file(Path directory, String name) {
    Path file = directory.resolve(name);
    return Files.exists(file) ? JsonFile.readObject(file) : MissingNode.getInstance();
  }

  private static int id(Path directory, String key) {
    try {
      return Integer.parseInt(key);
    } catch (NumberFormatException e) {
      throw new CheckpointException(
          "Cannot open checkpoint: keys of added_tokens_decoder in %s must be ids, got %s"
              .formatted(directory.resolve("tokenizer_config.json"), key),
          e);
    }
  }
}
