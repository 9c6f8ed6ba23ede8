package io.flanstream.model.pickle;

import java.util.List;

/**
 * A tensor of a state dict: a view of numbers that lie in the file as they are.
 *
 * @param name its name in the state dict
 * @param type number format
 * @param shape dimensions
 * @param strides elements from one index to the next, for each dimension
 * @param storage key of the storage that it is a view of
 * @param position byte of the file at which its first element lies
 * @param storageEnd byte of the file at which its storage ends
 */
public record PickledTensor(
    String name,
    ElementType type,
    List<Long> shape,
    List<Long> strides,
    String storage,
    long position,
    long storageEnd) {

  /** Keeps the dimensions. */
  public PickledTensor {
    shape = List.copyOf(shape);
    strides = List.copyOf(strides);
  }

  /** Number of elements, at most as many as the storage has. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Bytes of all elements. */
  public long bytes() {
    return elements() * type.bytes();
  }

  /** Whether the elements lie one after the other, the last dimension fastest. */
  public boolean isContiguous() {
    long step = 1;
    for (int i = shape.size() - 1; i >= 0; i--) {
      if (shape.get(i) != 1) {
        if (strides.get(i) != step) {
          return elements() == 0;
        }
        step *= shape.get(i);
      }
    }
    return true;
  }

  /** The same view without its name and with one spelling: equal where two share all elements. */
  public PickledTensor unnamed() {
    return new PickledTensor(
        "", type, shape, isContiguous() ? List.of() : strides, storage, position, storageEnd);
  }
}
