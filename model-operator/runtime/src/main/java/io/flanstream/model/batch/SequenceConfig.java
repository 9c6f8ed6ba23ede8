package io.flanstream.model.batch;

import io.flanstream.model.decode.Beams;
import io.flanstream.model.decode.Constraint;
import io.flanstream.model.decode.LogitsProcessors;
import io.flanstream.model.decode.StopStrings;
import io.flanstream.model.decode.Strategy;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * How an answer is written, in token ids.
 *
 * @param maxNewTokens the most tokens to write
 * @param constraint what may be written; where there is one, greedily and without processors
 * @param processors what the tokens written change about the next one
 * @param stops strings that end the answer
 * @param strategy how the next token is chosen
 * @param startId token with which the decoder starts
 * @param endIds tokens that end the answer
 */
public record SequenceConfig(
    int maxNewTokens,
    Optional<Constraint> constraint,
    LogitsProcessors processors,
    Optional<StopStrings> stops,
    Strategy strategy,
    int startId,
    Set<Integer> endIds) {

  /** Copies the end tokens. */
  public SequenceConfig {
    endIds = Set.copyOf(endIds);
  }

  /** Rows of the decoder that it takes. */
  int rows() {
    return strategy instanceof Beams beams ? beams.count() : 1;
  }

  /** Whether the device chooses: the most probable of what may be written. */
  boolean deviceChooses() {
    return strategy instanceof Strategy.Greedy && processors.equals(LogitsProcessors.NONE);
  }

  /** Whether a text ends with its last token, at whatever length. */
  boolean endsAt(int token, Supplier<int[]> decoderIds) {
    return endIds.contains(token) || (stops.isPresent() && stops.get().endAt(decoderIds.get()));
  }
}
