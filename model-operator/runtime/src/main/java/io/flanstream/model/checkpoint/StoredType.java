package io.flanstream.model.checkpoint;

/** Number formats of weights in a safetensors file. */
public enum StoredType {
  /** float32. */
  F32(4, "float32"),
  /** bfloat16. */
  BF16(2, "bfloat16"),
  /** float16: read, and computed as float32 or bfloat16. */
  F16(2, "float16"),
  /** float64: read, and computed as float32 or bfloat16. */
  F64(8, "float64");

  private final int bytes;
  private final String title;

  StoredType(int bytes, String title) {
    this.bytes = bytes;
    this.title = title;
  }

  /** Bytes of one number. */
  public int bytes() {
    return bytes;
  }

  /** The field's name of the format. */
  public String title() {
    return title;
  }
}
