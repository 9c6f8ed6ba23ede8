package io.flanstream.model.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.pickle.PickledTensor;
import io.flanstream.model.pickle.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Pickled weights: one file, or the shards that an index names.
 *
 * @param directory where the files lie
 * @param stem what the safetensors files' names begin with
 * @param dicts the files' tensors, each name in one file only
 */
record WeightSource(Path directory, String stem, List<StateDict> dicts) {
  private static final String SINGLE = "pytorch_model.bin";
  private static final String INDEX = "pytorch_model.bin.index.json";
  private static final String ADAPTER = "adapter_model.bin";
  private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9][\\w.-]{0,200}\\.bin");

  /** Names of one tensor, which converters drop from the shards and leave in the index. */
  private static final Set<String> EMBEDDINGS =
      Set.of(
          "shared.weight",
          "encoder.embed_tokens.weight",
          "decoder.embed_tokens.weight",
          "lm_head.weight");

  /**
   * Reads every file's pickle, none of which is run.
   *
   * @param path a directory, or a file of weights
   * @throws CheckpointException if there are no pickled weights, or an index and its files differ
   * @throws io.flanstream.model.pickle.PickleException if a file is refused
   */
  static WeightSource read(Path path) {
    if (Files.isRegularFile(path)) {
      Path directory = path.toAbsolutePath().getParent();
      return new WeightSource(directory, stem(path), List.of(StateDict.read(path)));
    }
    for (String name : List.of(SINGLE, ADAPTER)) {
      if (Files.exists(path.resolve(name))) {
        Path file = path.resolve(name);
        return new WeightSource(path, stem(file), List.of(StateDict.read(file)));
      }
    }
    if (!Files.exists(path.resolve(INDEX))) {
      throw new CheckpointException(
          "Cannot convert %s: it must be a file of pickled weights, or a directory with %s, %s or %s"
              .formatted(path, SINGLE, INDEX, ADAPTER));
    }
    return new WeightSource(path, "model", sharded(path));
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    return name.equals(SINGLE) ? "model" : name.replaceFirst("\\.[^.]{1,10}$", "");
  }

  private static List<StateDict> sharded(Path directory) {
    Map<String, String> index = index(directory);
    List<String> missing =
        new TreeSet<>(index.values())
            .stream().filter(name -> !Files.isRegularFile(directory.resolve(name))).toList();
    if (!missing.isEmpty()) {
      throw new CheckpointException(
          "Cannot convert %s: it must have every shard that %s names, %s is missing"
              .formatted(directory, INDEX, String.join(", ", missing)));
    }
    Map<String, StateDict> dicts = new TreeMap<>();
    for (String name : new TreeSet<>(index.values())) {
      dicts.put(name, StateDict.read(directory.resolve(name)));
    }
    return chosen(directory, index, dicts);
  }

  /** A tensor that several files have is taken from the one that the index names. */
  private static List<StateDict> chosen(
      Path directory, Map<String, String> index, Map<String, StateDict> dicts) {
    Set<String> found = new HashSet<>();
    List<StateDict> chosen = new ArrayList<>();
    dicts.forEach(
        (file, dict) -> {
          List<PickledTensor> own = new ArrayList<>();
          for (PickledTensor tensor : dict.tensors()) {
            if (index.getOrDefault(tensor.name(), file).equals(file)) {
              own.add(tensor);
              if (!found.add(tensor.name())) {
                throw new CheckpointException(
                    "Cannot convert %s: tensor %s must be in one shard or in %s, it is in %s and one before it"
                        .formatted(directory, tensor.name(), INDEX, file));
              }
            }
          }
          chosen.add(new StateDict(dict.file(), own));
        });
    index.forEach(
        (name, file) -> {
          if (!found.contains(name) && !EMBEDDINGS.contains(name)) {
            throw new CheckpointException(
                "Cannot convert %s: tensor %s must be in %s as %s says, it is not there"
                    .formatted(directory, name, file, INDEX));
          }
        });
    return chosen;
  }

  private static Map<String, String> index(Path directory) {
    Path file = directory.resolve(INDEX);
    Map<String, String> index = new LinkedHashMap<>();
    try {
      JsonNode map = new ObjectMapper().readTree(Files.readAllBytes(file)).path("weight_map");
      map.properties().forEach(entry -> index.put(entry.getKey(), entry.getValue().asText()));
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot convert %s: %s must be a readable JSON object".formatted(directory, INDEX), e);
    }
    if (index.isEmpty()) {
      throw new CheckpointException(
          "Cannot convert %s: weight_map in %s must name a shard, got none"
              .formatted(directory, INDEX));
    }
    for (String name : index.values()) {
      if (!SHARD.matcher(name).matches()) {
        throw new CheckpointException(
            "Cannot convert %s: shards in %s must be .bin files beside it, got %s"
                .formatted(directory, INDEX, name));
      }
    }
    return index;
  }
}
