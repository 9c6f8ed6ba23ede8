package io.flanstream.model;

import io.flanstream.model.batch.SequenceConfig;
import io.flanstream.model.decode.Constraint;
import io.flanstream.model.decode.LogitsProcessors;
import io.flanstream.model.decode.StopStrings;
import io.flanstream.model.decode.Strategy;
import io.flanstream.model.decode.Vocabulary;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How an answer is written.
 *
 * @param maxNewTokens the most tokens to write, the end token included, at least 1
 * @param constraint what may be written, greedily and without what follows; anything where empty
 * @param processors what the tokens written change about the next one
 * @param stopStrings strings at which the answer ends, and which stay in it; none of them empty
 * @param strategy how each token is chosen: greedily, by {@link
 *     io.flanstream.model.decode.Sampling} or by {@link io.flanstream.model.decode.Beams}
 */
public record GenerationConfig(
    int maxNewTokens,
    Optional<Constraint> constraint,
    LogitsProcessors processors,
    List<String> stopStrings,
    Strategy strategy) {

  /**
   * Checks the bounds.
   *
   * @param maxNewTokens the most tokens to write, at least 1
   * @param constraint what may be written
   * @param processors what changes the logits
   * @param stopStrings strings at which the answer ends
   * @param strategy how each token is chosen
   * @throws IllegalArgumentException if one is out of bounds, or does not fit another
   */
  public GenerationConfig {
    stopStrings = List.copyOf(stopStrings);
    check(maxNewTokens >= 1, "max-new-tokens must be at least 1, got " + maxNewTokens);
    check(
        processors.minNewTokens() <= maxNewTokens,
        "min-new-tokens must be at most max-new-tokens = %s, got %s"
            .formatted(maxNewTokens, processors.minNewTokens()));
    check(!stopStrings.contains(""), "a stop string must not be empty");
    check(
        constraint.isEmpty()
            || (strategy.equals(Strategy.GREEDY)
                && processors.equals(LogitsProcessors.NONE)
                && stopStrings.isEmpty()),
        "what a constraint allows is written greedily, without processors and stop strings");
  }

  private static void check(boolean holds, String fault) {
    if (!holds) {
      throw new IllegalArgumentException("Cannot generate: " + fault);
    }
  }

  /**
   * Free text, greedily.
   *
   * @param maxNewTokens the most tokens to write, at least 1
   * @return the config
   */
  public static GenerationConfig free(int maxNewTokens) {
    return of(maxNewTokens, Optional.empty());
  }

  /**
   * Text that a constraint allows.
   *
   * @param maxNewTokens the most tokens to write, at least 1
   * @param constraint what may be written
   * @return the config
   */
  public static GenerationConfig constrained(int maxNewTokens, Constraint constraint) {
    return of(maxNewTokens, Optional.of(constraint));
  }

  private static GenerationConfig of(int maxNewTokens, Optional<Constraint> constraint) {
    return new GenerationConfig(
        maxNewTokens, constraint, LogitsProcessors.NONE, List.of(), Strategy.GREEDY);
  }

  /**
   * The same with other logits processors.
   *
   * @param other the processors
   * @return a copy
   */
  public GenerationConfig with(LogitsProcessors other) {
    return new GenerationConfig(maxNewTokens, constraint, other, stopStrings, strategy);
  }

  /**
   * The same by another strategy.
   *
   * @param other how each token is chosen
   * @return a copy
   */
  public GenerationConfig by(Strategy other) {
    return new GenerationConfig(maxNewTokens, constraint, processors, stopStrings, other);
  }

  /**
   * The same with other stop strings.
   *
   * @param strings strings at which the answer ends, none of them empty
   * @return a copy
   */
  public GenerationConfig stoppingAt(List<String> strings) {
    return new GenerationConfig(maxNewTokens, constraint, processors, strings, strategy);
  }

  /** The same in a model's token ids; a constraint has the vocabulary's end token. */
  SequenceConfig writing(Vocabulary vocabulary, int startId, Collection<Integer> endIds) {
    return new SequenceConfig(
        maxNewTokens,
        constraint,
        processors,
        stopStrings.isEmpty()
            ? Optional.empty()
            : Optional.of(new StopStrings(stopStrings, vocabulary)),
        strategy,
        startId,
        constraint.isPresent() ? Set.of(vocabulary.endId()) : Set.copyOf(endIds));
  }
}
