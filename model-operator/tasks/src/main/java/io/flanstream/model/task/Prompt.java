package io.flanstream.model.task;

/**
 * A prompt round a text.
 *
 * @param before what comes before the text
 * @param after what comes after it
 */
public record Prompt(String before, String after) {

  /** The whole prompt for a text. */
  public String with(String text) {
    return before + text + after;
  }

  /** The same after something else. */
  Prompt after(String first) {
    return new Prompt(first + before, after);
  }
}
