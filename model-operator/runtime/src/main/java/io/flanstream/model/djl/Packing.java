package io.flanstream.model.djl;

/** How the weights of the linear maps lie in memory. */
public enum Packing {
  /** As stored: views of the mapped files where no other dtype is asked for. */
  NONE(0, 0),
  /** Copied into the layout of the CPU's kernels. */
  PREPACKED(1, 1),
  /**
   * 8-bit integers with a scale a row, activations with a scale a row; the feed-forward's output
   * projections and the head prepacked in float32. On the CPU, in float32 arithmetic.
   */
  INT8(2, 1),
  /** The same, output projections and head included. */
  INT8_WHOLE(2, 2);

  private final long kind;
  private final long outputKind;

  Packing(long kind, long outputKind) {
    this.kind = kind;
    this.outputKind = outputKind;
  }

  /** The program's kind of most maps. */
  long kind() {
    return kind;
  }

  /** The program's kind of the feed-forward's output projections and the head. */
  long outputKind() {
    return outputKind;
  }

  /** Whether the head's rows are no longer there one by one. */
  boolean packsHead() {
    return outputKind != 0;
  }
}
