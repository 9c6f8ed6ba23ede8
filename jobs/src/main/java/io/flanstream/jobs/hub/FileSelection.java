package io.flanstream.jobs.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which of a model's files are pulled: weights as safetensors, their configuration, the tokenizer,
 * and what a reader should know. Never a pickle, which runs code when it is read, nor anything
 * else.
 */
final class FileSelection {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final Set<String> NEEDED = Set.of("config.json", "tokenizer.json");
  private static final Set<String> USEFUL =
      Set.of(
          "generation_config.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "spiece.model");
  private static final Pattern TEXTS = Pattern.compile("(README|LICEN[CS]E|NOTICE)[\\w.-]{0,50}");
  private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9][\\w.-]{0,200}\\.safetensors");
  private static final Pattern PICKLE = Pattern.compile(".*\\.(bin|pt|pth|ckpt|pkl|pickle)");

  private final HubModel model;
  private final Map<String, HubFile> files = new TreeMap<>();

  FileSelection(HubModel model, List<HubFile> listed) {
    this.model = model;
    listed.forEach(file -> files.put(file.name(), file));
  }

  /**
   * Everything but the weights.
   *
   * @throws CommandException if a file is missing without which a model cannot be opened
   */
  List<HubFile> beforeWeights() {
    NEEDED.forEach(this::required);
    if (!files.containsKey(SINGLE) && !files.containsKey(INDEX)) {
      throw new CommandException(
          "Cannot pull %s: it must have its weights as safetensors, in %s or the shards of %s%s"
              .formatted(model, SINGLE, INDEX, pickles()));
    }
    return files.values().stream().filter(file -> isBeforeWeights(file.name())).toList();
  }

  /**
   * The weights.
   *
   * @param directory where the other files lie by now
   * @throws CommandException if the index names what is no shard in the model's root directory
   */
  List<HubFile> weights(Path directory) throws IOException {
    if (files.containsKey(SINGLE)) {
      return List.of(files.get(SINGLE));
    }
    Set<String> names = new TreeSet<>();
    for (JsonNode name :
        new JsonMapper().readTree(directory.resolve(INDEX).toFile()).path("weight_map")) {
      names.add(name.asText());
    }
    List<HubFile> shards = new ArrayList<>();
    for (String name : names) {
      if (!SHARD.matcher(name).matches()) {
        throw new CommandException(
            "Cannot pull %s: a shard in %s must be a safetensors file beside it, got %s"
                .formatted(model, INDEX, name));
      }
      shards.add(required(name));
    }
    return shards;
  }

  private boolean isBeforeWeights(String name) {
    return NEEDED.contains(name)
        || USEFUL.contains(name)
        || TEXTS.matcher(name).matches()
        || (name.equals(INDEX) && !files.containsKey(SINGLE));
  }

  private HubFile required(String name) {
    HubFile file = files.get(name);
    if (file == null) {
      throw new CommandException(
          "Cannot pull %s: it must have %s, which it has not".formatted(model, name));
    }
    return file;
  }

  private String pickles() {
    String names =
        files.keySet().stream()
            .filter(name -> PICKLE.matcher(name).matches())
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : "; pickles are not pulled: " + names;
  }
}
