package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The safetensors files of a checkpoint directory, and what they hold.
 *
 * @param tensors every tensor of floating-point numbers, by name
 * @param others tensors of another dtype, by name, with the file that holds them
 * @param aliases names that metadata gives to stored tensors
 */
record WeightFiles(
    SortedMap<String, StoredTensor> tensors,
    Map<String, SafetensorsFile.Contents> others,
    Map<String, String> aliases) {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  /**
   * Reads the headers of {@code model.safetensors}, else of the shards that the index names.
   *
   * @throws CheckpointException if a file is missing or malformed, a tensor is stored twice, or one
   *     that the index names is not stored and not one of the tied
   */
  static WeightFiles read(Path directory) {
    if (Files.exists(directory.resolve(SINGLE))) {
      return of(List.of(directory.resolve(SINGLE)));
    }
    Path index = directory.resolve(INDEX);
    if (!Files.exists(index)) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s has neither %s nor %s; pickled weights are not read"
              .formatted(directory, SINGLE, INDEX));
    }
    JsonNode map = JsonFile.readObject(index).path("weight_map");
    WeightFiles files = of(shards(directory, index, map));
    map.fieldNames()
        .forEachRemaining(
            name -> {
              if (!files.knows(name) && !TiedTensors.isTied(name)) {
                throw new CheckpointException(
                    "Cannot open checkpoint: tensor %s must be in %s as %s says, it is in no shard"
                        .formatted(name, map.get(name).asText(), index));
              }
            });
    return files;
  }

  private static List<Path> shards(Path directory, Path index, JsonNode map) {
    TreeSet<String> names = new TreeSet<>();
    map.forEach(name -> names.add(name.asText()));
    List<Path> files = new ArrayList<>();
    for (String name : names) {
      Path file = directory.resolve(name).normalize();
      if (!file.startsWith(directory.normalize())) {
        throw new CheckpointException(
            "Cannot open checkpoint: shards in %s must lie in its directory, got %s"
                .formatted(index, name));
      }
      files.add(file);
    }
    if (files.isEmpty()) {
      throw new CheckpointException(
          "Cannot open checkpoint: weight_map in %s must name a shard, got none".formatted(index));
    }
    return files;
  }

  private static WeightFiles of(List<Path> files) {
    WeightFiles all = new WeightFiles(new TreeMap<>(), new HashMap<>(), new HashMap<>());
    for (Path file : files) {
      SafetensorsFile.Contents contents = SafetensorsFile.read(file);
      for (StoredTensor tensor : contents.tensors()) {
        StoredTensor other = all.tensors.put(tensor.name(), tensor);
        if (other != null) {
          throw new CheckpointException(
              "Cannot open checkpoint: tensor %s must be stored once, it is in %s and %s"
                  .formatted(tensor.name(), other.file(), file));
        }
      }
      contents.others().keySet().forEach(name -> all.others.put(name, contents));
      all.aliases.putAll(contents.aliases());
    }
    return all;
  }

  private boolean knows(String name) {
    return tensors.containsKey(name) || others.containsKey(name) || aliases.containsKey(name);
  }

  /**
   * A tensor by its name or alias; null where there is none.
   *
   * @throws CheckpointException if its dtype cannot be computed with
   */
  StoredTensor find(String name) {
    if (others.containsKey(name)) {
      others.get(name).refuse(name);
    }
    StoredTensor tensor = tensors.get(name);
    if (tensor == null && aliases.containsKey(name)) {
      StoredTensor aliased = find(aliases.get(name));
      return aliased == null ? null : aliased.named(name);
    }
    return tensor;
  }
}
