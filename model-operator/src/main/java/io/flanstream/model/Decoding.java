package io.flanstream.model;

import io.flanstream.model.decode.Constraint;
import java.util.Optional;

/**
 * How an answer is written.
 *
 * @param maxNewTokens the most tokens to write, the end token included, at least 1
 * @param constraint what may be written; anything where empty
 */
public record Decoding(int maxNewTokens, Optional<Constraint> constraint) {

  /** Checks the bounds. */
  public Decoding {
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException(
          "Cannot generate: max-new-tokens must be at least 1, got " + maxNewTokens);
    }
  }

  /** Free text of at most so many tokens. */
  public static Decoding free(int maxNewTokens) {
    return new Decoding(maxNewTokens, Optional.empty());
  }

  /** Text that a constraint allows, of at most so many tokens. */
  public static Decoding constrained(int maxNewTokens, Constraint constraint) {
    return new Decoding(maxNewTokens, Optional.of(constraint));
  }
}
