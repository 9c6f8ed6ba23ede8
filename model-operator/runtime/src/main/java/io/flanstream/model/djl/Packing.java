package io.flanstream.model.djl;

/** How the weights of the linear maps lie in memory. */
public enum Packing {
  /**
   * As stored: views of the mapped files where no other dtype is asked for. On a GPU, copies there.
   */
  NONE(0, 0, 0),
  /** Copied into the layout of the CPU's kernels. */
  PREPACKED(1, 1, 1),
  /** The same, but for the head, some of whose rows may be computed then. */
  PREPACKED_BLOCKS(1, 1, 0),
  /**
   * 8-bit integers with a scale a row, activations with a scale a row; the feed-forward's output
   * projections and the head prepacked in float32. On a GPU, those are as they are without int8,
   * and {@link Int8Products} says what activations are.
   */
  INT8(2, 1, 1),
  /** The same, but for the head. */
  INT8_BLOCKS(2, 1, 0),
  /** The same, output projections and head included. */
  INT8_WHOLE(2, 2, 2),
  /** The same, but for the head. */
  INT8_WHOLE_BLOCKS(2, 2, 0);

  private final long kind;
  private final long outputKind;
  private final long headKind;

  Packing(long kind, long outputKind, long headKind) {
    this.kind = kind;
    this.outputKind = outputKind;
    this.headKind = headKind;
  }

  /** The program's kind of most maps. */
  long kind() {
    return kind;
  }

  /** The program's kind of the feed-forward's output projections. */
  long outputKind() {
    return outputKind;
  }

  /** The program's kind of the head. */
  long headKind() {
    return headKind;
  }

  /** Whether the head's rows are no longer there one by one. */
  boolean packsHead() {
    return headKind != 0;
  }

  /** Whether most maps are 8-bit integers. */
  boolean isInt8() {
    return kind == INT8.kind;
  }

  /** Whether the feed-forward's output projections are 8-bit integers. */
  boolean hasInt8Outputs() {
    return outputKind == INT8.kind;
  }

  /** The same with a head of which some rows may be computed. */
  public Packing withoutHead() {
    return switch (this) {
      case NONE, PREPACKED_BLOCKS, INT8_BLOCKS, INT8_WHOLE_BLOCKS -> this;
      case PREPACKED -> PREPACKED_BLOCKS;
      case INT8 -> INT8_BLOCKS;
      case INT8_WHOLE -> INT8_WHOLE_BLOCKS;
    };
  }
}
