package io.flanstream.model.task;

import io.flanstream.model.GenerationConfig;
import io.flanstream.model.decode.LogitsProcessors;
import io.flanstream.model.decode.Strategy;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * How a generation task writes; {@link GenerationConfig} says more of each.
 *
 * @param maxNewTokens the most tokens, the end token included
 * @param minNewTokens tokens that are written before the text may end
 * @param stopStrings strings at which the text ends
 * @param repetitionPenalty penalty for tokens that were written; 1 for none
 * @param noRepeatNgramSize size of the n-grams that are written once at most; 0 for none
 * @param strategy how each token is chosen
 */
public record Decoding(
    int maxNewTokens,
    int minNewTokens,
    List<String> stopStrings,
    double repetitionPenalty,
    int noRepeatNgramSize,
    Strategy strategy)
    implements Serializable {
  /** The most tokens unless the task says otherwise. */
  public static final int DEFAULT_MAX_NEW_TOKENS = 128;

  /** Greedily, without penalties. */
  public static final Decoding USUAL =
      new Decoding(DEFAULT_MAX_NEW_TOKENS, 0, List.of(), 1, 0, Strategy.GREEDY);

  /** Copies the stop strings. */
  public Decoding {
    stopStrings = List.copyOf(stopStrings);
  }

  /**
   * The same for a model.
   *
   * @throws IllegalArgumentException if a value is out of bounds
   */
  GenerationConfig config() {
    return new GenerationConfig(
        maxNewTokens,
        Optional.empty(),
        new LogitsProcessors(repetitionPenalty, noRepeatNgramSize, minNewTokens),
        stopStrings,
        strategy);
  }
}
