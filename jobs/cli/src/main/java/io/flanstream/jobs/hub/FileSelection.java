package io.flanstream.jobs.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which of a model's files are pulled: weights as safetensors, or else as PyTorch pickled them,
 * their configuration, the tokenizer, and what a reader should know. Nothing else.
 */
final class FileSelection {
  private static final String CONFIG = "config.json";
  private static final String TOKENIZER = PulledWeights.TOKENIZER;
  private static final String SENTENCE_PIECE = "spiece.model";
  private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  private static final String BYTE_TOKENIZER = "ByT5Tokenizer";
  private static final Set<String> USEFUL =
      Set.of(
          CONFIG,
          TOKENIZER,
          SENTENCE_PIECE,
          TOKENIZER_CONFIG,
          "generation_config.json",
          "special_tokens_map.json",
          "added_tokens.json");
  private static final Pattern TEXTS = Pattern.compile("(README|LICEN[CS]E|NOTICE)[\\w.-]{0,50}");
  private static final Pattern PICKLE = Pattern.compile(".*\\.(bin|pt|pth|ckpt|pkl|pickle)");

  /** How weights are stored, in the order in which the forms are chosen. */
  private enum Form {
    SAFETENSORS("model.safetensors", "safetensors"),
    PICKLED("pytorch_model.bin", "bin");

    private final String single;
    private final String index;
    private final Pattern shard;

    Form(String single, String extension) {
      this.single = single;
      this.index = single + ".index.json";
      this.shard = Pattern.compile("[A-Za-z0-9][\\w.-]{0,200}\\." + extension);
    }
  }

  private final HubModel model;
  private final Map<String, HubFile> files = new TreeMap<>();
  private final Optional<Form> form;

  FileSelection(HubModel model, List<HubFile> listed) {
    this.model = model;
    listed.forEach(file -> files.put(file.name(), file));
    this.form =
        List.of(Form.values()).stream()
            .filter(one -> files.containsKey(one.single) || files.containsKey(one.index))
            .findFirst();
  }

  /** Whether the weights are pickled, and have to be converted. */
  boolean isPickled() {
    return form.filter(one -> one == Form.PICKLED).isPresent();
  }

  /** Whether the tokenizer has to be made. */
  boolean hasSentencePieceAlone() {
    return files.containsKey(SENTENCE_PIECE) && !files.containsKey(TOKENIZER);
  }

  /**
   * Everything but the weights.
   *
   * @throws CommandException if a file is missing without which a model cannot be opened
   */
  List<HubFile> beforeWeights() {
    if (!files.containsKey(CONFIG)) {
      throw missing(CONFIG);
    }
    if (form.isEmpty()) {
      throw new CommandException(
          "Cannot pull %s: it must have its weights in %s or %s, or in the shards of an index%s"
              .formatted(model, Form.SAFETENSORS.single, Form.PICKLED.single, otherWeights()));
    }
    if (!hasTokenizer() && !files.containsKey(TOKENIZER_CONFIG)) {
      throw missing("%s or %s".formatted(TOKENIZER, SENTENCE_PIECE));
    }
    return files.values().stream().filter(file -> isBeforeWeights(file.name())).toList();
  }

  /**
   * The weights.
   *
   * @param directory where the other files lie by now
   * @throws CommandException if there is no tokenizer, or the index names what is no shard in the
   *     model's root directory, or shards that are not there
   */
  List<HubFile> weights(Path directory) throws IOException {
    checkTokenizer(directory);
    Form chosen = form.orElseThrow();
    if (files.containsKey(chosen.single)) {
      return List.of(files.get(chosen.single));
    }
    Set<String> names = new TreeSet<>();
    JsonNode map = json(directory.resolve(chosen.index)).path("weight_map");
    map.forEach(name -> names.add(name.asText()));
    for (String name : names) {
      if (!chosen.shard.matcher(name).matches()) {
        throw new CommandException(
            "Cannot pull %s: a shard in %s must be a %s file beside it, got %s"
                .formatted(
                    model,
                    chosen.index,
                    chosen == Form.SAFETENSORS ? "safetensors" : ".bin",
                    name));
      }
    }
    List<String> missing = names.stream().filter(name -> !files.containsKey(name)).toList();
    if (names.isEmpty() || !missing.isEmpty()) {
      throw new CommandException(
          "Cannot pull %s at %s: it must have the shards that %s names, %s"
              .formatted(
                  model,
                  model.revision(),
                  chosen.index,
                  names.isEmpty() ? "which are none" : "and has no " + String.join(", ", missing)));
    }
    return names.stream().map(files::get).toList();
  }

  private void checkTokenizer(Path directory) throws IOException {
    if (!hasTokenizer()) {
      String type = json(directory.resolve(TOKENIZER_CONFIG)).path("tokenizer_class").asText();
      if (!type.equals(BYTE_TOKENIZER)) {
        throw missing("%s or %s".formatted(TOKENIZER, SENTENCE_PIECE));
      }
    }
  }

  private boolean hasTokenizer() {
    return files.containsKey(TOKENIZER) || files.containsKey(SENTENCE_PIECE);
  }

  private boolean isBeforeWeights(String name) {
    return USEFUL.contains(name)
        || TEXTS.matcher(name).matches()
        || form.filter(one -> one.index.equals(name) && !files.containsKey(one.single)).isPresent();
  }

  private CommandException missing(String name) {
    return new CommandException(
        "Cannot pull %s: it must have %s, which it has not".formatted(model, name));
  }

  private String otherWeights() {
    String names =
        files.keySet().stream()
            .filter(name -> PICKLE.matcher(name).matches())
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : "; not pulled: " + names;
  }

  private JsonNode json(Path file) throws IOException {
    return new JsonMapper().readTree(file.toFile());
  }
}
