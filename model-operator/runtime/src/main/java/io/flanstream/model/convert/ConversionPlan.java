package io.flanstream.model.convert;

import io.flanstream.model.pickle.PickledTensor;
import io.flanstream.model.pickle.StateDict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which tensor goes into which safetensors file. The same source makes the same plan. */
final class ConversionPlan {
  private static final String KEPT_OF_ALIASES = "shared.weight";

  /** A key of its own where aliases stand. */
  private static final String FORMAT = "format";

  private final long maxShardBytes;
  private final List<OutputShard> shards = new ArrayList<>();

  private ConversionPlan(long maxShardBytes) {
    this.maxShardBytes = maxShardBytes;
  }

  /**
   * Plans.
   *
   * @param source the weights
   * @param maxShardBytes tensors of one shard, unless it has one tensor only
   * @return shards, named as Hugging Face names them
   */
  static List<OutputShard> of(WeightSource source, long maxShardBytes) {
    ConversionPlan plan = new ConversionPlan(maxShardBytes);
    source.dicts().forEach(plan::add);
    int count = plan.shards.size();
    if (count == 1) {
      return List.of(plan.shards.get(0).named(source.stem() + ".safetensors"));
    }
    List<OutputShard> named = new ArrayList<>();
    for (OutputShard shard : plan.shards) {
      named.add(
          shard.named(
              String.format(
                  Locale.ROOT,
                  "%s-%05d-of-%05d.safetensors",
                  source.stem(),
                  named.size() + 1,
                  count)));
    }
    return named;
  }

  private void add(StateDict dict) {
    Map<String, String> aliases = aliases(dict.tensors());
    List<PickledTensor> part = new ArrayList<>();
    long bytes = 0;
    for (PickledTensor tensor : dict.tensors()) {
      if (aliases.containsKey(tensor.name())) {
        continue;
      }
      if (!part.isEmpty() && bytes + tensor.bytes() > maxShardBytes) {
        end(dict, part, aliases);
        part = new ArrayList<>();
        bytes = 0;
      }
      part.add(tensor);
      bytes += tensor.bytes();
    }
    if (!part.isEmpty() || shards.isEmpty()) {
      end(dict, part, aliases);
    }
  }

  private void end(StateDict dict, List<PickledTensor> part, Map<String, String> aliases) {
    Map<String, String> own = new HashMap<>(aliases);
    own.values().retainAll(part.stream().map(PickledTensor::name).toList());
    shards.add(new OutputShard("", dict.file(), part, own));
  }

  /** Of names for one view of one storage the first is kept, the embedding's own before others. */
  private static Map<String, String> aliases(List<PickledTensor> tensors) {
    Map<PickledTensor, String> kept = new HashMap<>();
    Map<String, String> aliases = new HashMap<>();
    tensors.stream()
        .filter(tensor -> tensor.elements() > 0 && !tensor.name().equals(FORMAT))
        .sorted(Comparator.comparing(tensor -> !tensor.name().equals(KEPT_OF_ALIASES)))
        .forEach(
            tensor -> {
              String first = kept.putIfAbsent(tensor.unnamed(), tensor.name());
              if (first != null) {
                aliases.put(tensor.name(), first);
              }
            });
    return aliases;
  }
}
