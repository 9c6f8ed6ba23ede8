package io.flanstream.model.checkpoint;

import io.flanstream.model.pickle.PickleException;
import io.flanstream.model.pickle.PickledTensor;
import io.flanstream.model.pickle.StateDict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A LoRA adapter in PEFT's directory: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}, else {@code adapter_model.bin}, whose pickle is not run. Hu et al.
 * 2021; the scale of Kalajdzievski 2023 where {@code use_rslora} is set.
 *
 * <p>Opening reads headers only and checks every factor against the weight that it is for.
 */
final class LoraAdapter {
  private static final String CONFIG = "adapter_config.json";
  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final String PICKLED = "adapter_model.bin";

  /** With the adapter's name where a program saved the factors as PEFT holds them in memory. */
  private static final Pattern FACTOR =
      Pattern.compile("base_model\\.model\\.(.+)\\.lora_([AB])(?:\\.([^.]+))?\\.weight");

  private final Path file;
  private final LoraConfig config;
  private final SortedMap<String, List<Long>> maps;
  private final SortedMap<String, StoredTensor> factors = new TreeMap<>();

  private LoraAdapter(Path file, LoraConfig config, SortedMap<String, List<Long>> maps) {
    this.file = file;
    this.config = config;
    this.maps = maps;
  }

  /**
   * Reads an adapter.
   *
   * @param directory its directory
   * @param maps shapes of the linear maps that it may change, by module
   * @return what it adds to which weight, sorted by weight
   * @throws CheckpointException if a file is missing or malformed, the adapter is of another kind,
   *     or a factor is missing, not for one of the maps, or of another shape
   */
  static List<LoraUpdate> read(Path directory, SortedMap<String, List<Long>> maps) {
    if (!Files.isDirectory(directory)) {
      throw new CheckpointException(
          "Cannot open adapter: %s is not a directory".formatted(directory));
    }
    LoraConfig config = LoraConfig.read(directory.resolve(CONFIG));
    if (Files.exists(directory.resolve(WEIGHTS))) {
      Path file = directory.resolve(WEIGHTS);
      return new LoraAdapter(file, config, maps).updates(SafetensorsFile.read(file).floats());
    }
    if (Files.exists(directory.resolve(PICKLED))) {
      Path file = directory.resolve(PICKLED);
      return new LoraAdapter(file, config, maps).updates(pickled(file));
    }
    throw new CheckpointException(
        "Cannot open adapter: %s must have %s or %s, got neither"
            .formatted(directory, WEIGHTS, PICKLED));
  }

  /** Its numbers lie in the file as they do in a safetensors file, and are mapped from there. */
  private static List<StoredTensor> pickled(Path file) {
    try {
      return StateDict.read(file).tensors().stream().map(tensor -> stored(file, tensor)).toList();
    } catch (PickleException e) {
      throw new CheckpointException("Cannot open adapter: " + e.getMessage(), e);
    }
  }

  private static StoredTensor stored(Path file, PickledTensor tensor) {
    Optional<StoredType> type =
        Stream.of(StoredType.values())
            .filter(one -> one.name().equals(tensor.type().name()))
            .findFirst();
    if (type.isEmpty() || !tensor.isContiguous()) {
      throw new CheckpointException(
          "Cannot open adapter: tensor %s in %s must hold floating-point numbers row by row, got %s with strides %s"
              .formatted(tensor.name(), file, tensor.type(), tensor.strides()));
    }
    return new StoredTensor(tensor.name(), type.get(), tensor.shape(), file, tensor.position());
  }

  private List<LoraUpdate> updates(List<StoredTensor> tensors) {
    List<String> modules = new ArrayList<>();
    for (StoredTensor tensor : tensors) {
      Matcher name = FACTOR.matcher(tensor.name());
      if (!name.matches() || !maps.containsKey(name.group(1))) {
        throw new CheckpointException(
            "Cannot open adapter: tensor %s in %s must be lora_A or lora_B of a linear map in the checkpoint's blocks"
                .formatted(tensor.name(), file));
      }
      StoredTensor other = factors.put(factorName(name.group(1), name.group(2)), tensor);
      if (other != null) {
        throw new CheckpointException(
            "Cannot open adapter: %s must hold one adapter, got %s and %s"
                .formatted(file, other.name(), tensor.name()));
      }
      if (name.group(2).equals("A")) {
        modules.add(name.group(1));
      }
    }
    checkTargets();
    List<LoraUpdate> updates =
        modules.stream().sorted().map(module -> update(module, maps.get(module))).toList();
    if (updates.isEmpty() || factors.size() != 2 * updates.size()) {
      throw new CheckpointException(
          "Cannot open adapter: %s must hold pairs of lora_A and lora_B, got %s tensors of which %s are lora_A"
              .formatted(file, factors.size(), updates.size()));
    }
    return updates;
  }

  private void checkTargets() {
    for (LoraConfig.Target target : config.targets()) {
      List<String> named = maps.keySet().stream().filter(target.includes()).toList();
      if (named.isEmpty()) {
        throw new CheckpointException(
            "Cannot open adapter: target_modules in %s must name linear maps in the checkpoint's blocks, got %s"
                .formatted(file.resolveSibling(CONFIG), target.text()));
      }
      if (config.isEverywhere()) {
        named.forEach(module -> factor(module, "A"));
      }
    }
  }

  private LoraUpdate update(String module, List<Long> shape) {
    long rank = config.rank(module);
    return new LoraUpdate(
        module + ".weight",
        check(factor(module, "A"), List.of(rank, shape.get(1))),
        check(factor(module, "B"), List.of(shape.get(0), rank)),
        config.scale(module));
  }

  private static String factorName(String module, String which) {
    return "base_model.model.%s.lora_%s.weight".formatted(module, which);
  }

  private StoredTensor factor(String module, String which) {
    String name = factorName(module, which);
    StoredTensor tensor = factors.get(name);
    if (tensor == null) {
      throw new CheckpointException(
          "Cannot open adapter: tensor %s is missing in %s".formatted(name, file));
    }
    return tensor;
  }

  private StoredTensor check(StoredTensor tensor, List<Long> shape) {
    if (!tensor.shape().equals(shape)) {
      throw new CheckpointException(
          "Cannot open adapter: tensor %s in %s must have shape %s for the checkpoint's map and the rank in %s, got %s"
              .formatted(tensor.name(), file, shape, CONFIG, tensor.shape()));
    }
    return tensor;
  }
}
