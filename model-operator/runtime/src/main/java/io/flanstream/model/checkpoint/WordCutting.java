package io.flanstream.model.checkpoint;

/** How a tokenizer cuts a text into words before its model sees them. */
public enum WordCutting {
  /** Words are not apart: what a word becomes may depend on its neighbours. */
  TOGETHER,

  /** Each word between white space by itself, in a way of its own. */
  APART,

  /** Cut at white space, which goes; each word then begins with U+2581. */
  AT_WHITE_SPACE,

  /** Each space becomes U+2581, the text begins with one, and is cut before each. */
  AT_SPACES;

  /** Whether each word between white space is tokenised by itself. */
  public boolean isApart() {
    return this != TOGETHER;
  }
}
