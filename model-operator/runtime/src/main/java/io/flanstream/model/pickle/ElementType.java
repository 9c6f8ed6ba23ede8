package io.flanstream.model.pickle;

import java.util.Optional;

/** Number formats of a tensor's elements, by their names in safetensors. */
public enum ElementType {
  /** float64. */
  F64("DoubleStorage", 8),
  /** float32. */
  F32("FloatStorage", 4),
  /** bfloat16. */
  BF16("BFloat16Storage", 2),
  /** float16. */
  F16("HalfStorage", 2),
  /** int64. */
  I64("LongStorage", 8),
  /** int32. */
  I32("IntStorage", 4),
  /** int16. */
  I16("ShortStorage", 2),
  /** int8. */
  I8("CharStorage", 1),
  /** uint8. */
  U8("ByteStorage", 1),
  /** Booleans, a byte each. */
  BOOL("BoolStorage", 1);

  private final String storage;
  private final int bytes;

  ElementType(String storage, int bytes) {
    this.storage = storage;
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The type whose storage has a name in PyTorch's module {@code torch}. */
  static Optional<ElementType> ofStorage(String name) {
    for (ElementType type : values()) {
      if (type.storage.equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return "torch." + storage;
  }
}
