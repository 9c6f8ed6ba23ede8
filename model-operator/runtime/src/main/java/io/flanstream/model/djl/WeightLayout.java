package io.flanstream.model.djl;

import io.flanstream.model.checkpoint.StoredType;

/**
 * What weights are on a device.
 *
 * @param dtype arithmetic: float32 or bfloat16
 * @param packing layout of the linear maps; on a GPU {@link Packing#NONE} or one of int8
 * @param products how a GPU multiplies where that is one of int8
 */
public record WeightLayout(StoredType dtype, Packing packing, Int8Products products) {
  /** The program's kind of weights that share an input and are one matrix on a GPU. */
  private static final long JOINED = 3;

  /** On the CPU, or on a GPU with activations that are quantized where weights are. */
  static WeightLayout of(StoredType dtype, Packing packing) {
    return new WeightLayout(dtype, packing, Int8Products.ACTIVATIONS);
  }

  /** The program's kind of a block's linear maps on a GPU. */
  long kindOnGpu(boolean encoder) {
    return packing.isInt8() ? products.kind(encoder) : JOINED;
  }

  /** The program's kind of the feed-forward's output projection on a GPU. */
  long outputKindOnGpu(boolean encoder) {
    return packing.hasInt8Outputs() ? products.kind(encoder) : JOINED;
  }

  /** The program's kind of the head on a GPU, 0 for a matrix of its own. */
  long headKindOnGpu() {
    return packing.hasInt8Outputs() && packing.packsHead() ? products.kind(false) : 0;
  }
}
