package io.flanstream.model.djl;

import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.LoraUpdate;
import io.flanstream.model.checkpoint.StoredTensor;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.checkpoint.T5Config;
import io.flanstream.model.checkpoint.T5Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Memory of the weights once they are loaded.
 *
 * <p>Views of mapped files are none of the process's own: the kernel takes their pages back. What
 * is packed, converted, merged with an adapter or on a GPU is counted by its bytes there.
 */
final class WeightBytes {
  /** Scale, zero point and sums of a row of 8-bit numbers, as the CPU's kernels have them. */
  private static final long INT8_ROW_BYTES = 32;

  /** The scale of such a row on a GPU. */
  private static final long INT8_ROW_BYTES_ON_GPU = 4;

  private final Checkpoint checkpoint;
  private final StoredType dtype;
  private final Packing packing;
  private final boolean mapped;
  private final Set<String> adapted;

  /**
   * Describes weights.
   *
   * @param checkpoint the checkpoint
   * @param dtype arithmetic
   * @param packing layout of the linear maps
   * @param mapped whether what needs no conversion stays in the mapped files: on the CPU
   */
  WeightBytes(Checkpoint checkpoint, StoredType dtype, Packing packing, boolean mapped) {
    this.checkpoint = checkpoint;
    this.dtype = dtype;
    this.packing = packing;
    this.mapped = mapped;
    this.adapted =
        checkpoint.updates().stream().map(LoraUpdate::weight).collect(Collectors.toSet());
  }

  /** Bytes of each part, as {@link T5Tensors#part} counts them. */
  List<Long> byPart() {
    T5Config config = checkpoint.config();
    List<Long> parts = new ArrayList<>(Collections.nCopies(T5Tensors.parts(config), 0L));
    List<StoredTensor> weights = WeightLoader.weights(checkpoint);
    StoredTensor head = weights.remove(weights.size() - 1);
    for (StoredTensor weight : weights) {
      int part = T5Tensors.part(config, weight.name());
      parts.set(part, parts.get(part) + bytes(weight, kind(weight.name())));
    }
    int last = parts.size() - 1;
    parts.set(last, parts.get(last) + bytes(head, packing.headKind()));
    return parts;
  }

  private long kind(String name) {
    if (!T5Tensors.isLinear(name)) {
      return Packing.NONE.kind();
    }
    return name.endsWith(".wo.weight") ? packing.outputKind() : packing.kind();
  }

  private long bytes(StoredTensor weight, long kind) {
    if (kind == Packing.INT8.kind()) {
      return weight.elements()
          + (mapped ? INT8_ROW_BYTES : INT8_ROW_BYTES_ON_GPU) * weight.shape().get(0);
    }
    return isView(weight) ? 0 : weight.elements() * dtype.bytes();
  }

  private boolean isView(StoredTensor weight) {
    return mapped
        && packing == Packing.NONE
        && weight.dtype() == dtype
        && weight.position() % dtype.bytes() == 0
        && !adapted.contains(weight.name());
  }
}
