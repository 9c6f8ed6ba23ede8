package io.flanstream.model.djl;

/** Where a decoding row lies. */
final class Slot {
  private final Lane lane;
  private final int promptTokens;
  private final int newTokens;
  private int place;
  private int row;

  /**
   * A row's place to be.
   *
   * @param lane its lane
   * @param promptTokens tokens of its prompt
   * @param newTokens the most positions that it may come to
   * @param row its number among all rows
   */
  Slot(Lane lane, int promptTokens, int newTokens, int row) {
    this.lane = lane;
    this.promptTokens = promptTokens;
    this.newTokens = newTokens;
    this.row = row;
  }

  Lane lane() {
    return lane;
  }

  int promptTokens() {
    return promptTokens;
  }

  int newTokens() {
    return newTokens;
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
