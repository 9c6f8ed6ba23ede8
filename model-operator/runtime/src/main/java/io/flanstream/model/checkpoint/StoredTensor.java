package io.flanstream.model.checkpoint;

import java.nio.file.Path;
import java.util.List;

/**
 * A tensor in a safetensors file.
 *
 * @param name its name, as transformers names it
 * @param dtype how its numbers are stored
 * @param shape its dimensions
 * @param file the file
 * @param position first byte in the file
 */
public record StoredTensor(
    String name, StoredType dtype, List<Long> shape, Path file, long position) {

  /** Numbers in the tensor. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Bytes of the tensor. */
  public long bytes() {
    return elements() * dtype.bytes();
  }

  /** The same under another name. */
  StoredTensor named(String other) {
    return new StoredTensor(other, dtype, shape, file, position);
  }

  /** In what it differs from a tensor that should be the same. */
  String difference(StoredTensor other) {
    if (!shape.equals(other.shape)) {
      return "shape, %s and %s".formatted(shape, other.shape);
    }
    return dtype == other.dtype
        ? "values"
        : "dtype, %s and %s".formatted(dtype.title(), other.dtype.title());
  }
}
