package io.flanstream.model.djl;

import ai.djl.pytorch.jni.IValue;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.checkpoint.LoraUpdate;
import io.flanstream.model.checkpoint.StoredTensor;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.checkpoint.T5Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Binds a checkpoint's weights to the program: mapped, not copied, where the stored format is the
 * one asked for.
 */
final class WeightLoader {
  /** c10::ScalarType, PyTorch's c10/core/ScalarType.h. */
  private static final Map<StoredType, Long> SCALAR_TYPES =
      Map.of(StoredType.F32, 6L, StoredType.BF16, 15L, StoredType.F16, 5L);

  private static final long UINT8 = 0;

  private final T5Program program;
  private final StoredType dtype;
  private final Packing packing;
  private final String device;
  private final Map<Mapping, Long> mappings = new HashMap<>();

  private WeightLoader(T5Program program, StoredType dtype, Packing packing, String device) {
    this.program = program;
    this.dtype = dtype;
    this.packing = packing;
    this.device = device;
  }

  /**
   * Binds every weight.
   *
   * @param program the program
   * @param checkpoint the weights
   * @param dtype arithmetic
   * @param packing layout of the linear maps
   * @param device {@code cpu} or {@code cuda:N}
   */
  static void load(
      T5Program program, Checkpoint checkpoint, StoredType dtype, Packing packing, String device) {
    WeightLoader loader = new WeightLoader(program, dtype, packing, device);
    loader.bindAll(checkpoint);
    loader.finish();
    program.callForLong("finish_loading");
  }

  private void bindAll(Checkpoint checkpoint) {
    List<StoredTensor> weights = new ArrayList<>();
    for (String name : T5Tensors.shapes(checkpoint.config()).keySet()) {
      weights.add(checkpoint.tensors().get(name));
    }
    weights.add(checkpoint.head().orElse(checkpoint.tensors().get(T5Tensors.EMBEDDING)));
    Map<String, Long> places = new HashMap<>();
    for (int place = 0; place < weights.size(); place++) {
      bind("add_weight", weights.get(place));
      places.put(weights.get(place).name(), (long) place);
    }
    for (LoraUpdate update : checkpoint.updates()) {
      for (StoredTensor factor : List.of(update.a(), update.b())) {
        bind(
            "add_factor",
            factor,
            IValue.from(places.get(update.weight())),
            IValue.from(update.scale()));
      }
    }
  }

  // What is packed is converted map by map, so that no more than one is there twice.
  private void finish() {
    if (packing == Packing.NONE) {
      program.callForLong("place_all", IValue.from(SCALAR_TYPES.get(dtype)), IValue.from(device));
    } else {
      program.callForLong(
          "pack_all",
          IValue.from(packing.kind()),
          IValue.from(packing.outputKind()),
          IValue.from(SCALAR_TYPES.get(dtype)));
    }
  }

  private void bind(String method, StoredTensor tensor, IValue... more) {
    long stored = SCALAR_TYPES.get(tensor.dtype());
    long width = tensor.dtype().bytes();
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    boolean aligned = tensor.position() % width == 0;
    Stream<IValue> inputs =
        Stream.of(
            IValue.from(aligned ? map(tensor.file(), stored, width) : map(tensor.file(), UINT8, 1)),
            IValue.from(aligned ? tensor.position() / width : tensor.position()),
            IValue.listFrom(shape),
            IValue.from(stored),
            IValue.from(aligned ? 0 : width));
    program.callForLong(method, Stream.concat(inputs, Stream.of(more)).toArray(IValue[]::new));
  }

  private long map(Path file, long scalarType, long width) {
    return mappings.computeIfAbsent(
        new Mapping(file, scalarType),
        key ->
            program.callForLong(
                "map_file",
                IValue.from(file.toAbsolutePath().toString()),
                IValue.from(size(file) / width),
                IValue.from(scalarType)));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s is not readable".formatted(file), e);
    }
  }

  private record Mapping(Path file, long scalarType) {}
}
