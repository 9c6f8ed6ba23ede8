package io.flanstream.model.decode;

import java.io.Serializable;

/** How the next token is chosen among those that may come. */
public sealed interface Strategy extends Serializable permits Strategy.Greedy, Sampling, Beams {
  /** Each token the best by itself. */
  Strategy GREEDY = new Greedy();

  /** Each token the best by itself. */
  record Greedy() implements Strategy {}
}
