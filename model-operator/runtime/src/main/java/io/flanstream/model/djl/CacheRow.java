package io.flanstream.model.djl;

/** Where a decoding row lies. */
final class CacheRow {
  private final LengthBucket lane;
  private final int promptTokens;
  private int place;
  private int row;

  /**
   * A row's place to be.
   *
   * @param lane its lane
   * @param promptTokens tokens of its prompt
   * @param row its number among all rows
   */
  CacheRow(LengthBucket lane, int promptTokens, int row) {
    this.lane = lane;
    this.promptTokens = promptTokens;
    this.row = row;
  }

  LengthBucket lane() {
    return lane;
  }

  int promptTokens() {
    return promptTokens;
  }

  /** Slot in the lane. */
  int place() {
    return place;
  }

  void place(int newPlace) {
    place = newPlace;
  }

  /** Number among all rows. */
  int row() {
    return row;
  }

  void row(int newRow) {
    row = newRow;
  }
}
