package io.flanstream.model.decode;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;

/**
 * What the tokens written so far change about the next one, as the logits processors of that name
 * in Hugging Face's {@code generate} do (transformers, generation/logits_process.py), in its order.
 *
 * <p>They look at what the decoder has, its start token included, and not at the prompt, which the
 * encoder has. Immutable and thread-safe.
 *
 * @param repetitionPenalty what the score of a token that was written is divided by where it is
 *     positive, and multiplied by where it is negative, above 0; 1 for none
 * @param noRepeatNgramSize size of the n-grams that are written once at most; 0 for none
 * @param minNewTokens tokens that are written before the end token may be, at least 0
 */
public record LogitsProcessors(double repetitionPenalty, int noRepeatNgramSize, int minNewTokens) {
  /** Those that change nothing. */
  public static final LogitsProcessors NONE = new LogitsProcessors(1, 0, 0);

  private static final int[] NO_TOKENS = {};

  /** Checks the bounds. */
  public LogitsProcessors {
    Bounds.check(
        repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
        "repetition-penalty",
        "be above 0",
        repetitionPenalty);
    Bounds.check(
        noRepeatNgramSize >= 0, "no-repeat-ngram-size", "be at least 0", noRepeatNgramSize);
    Bounds.check(minNewTokens >= 0, "min-new-tokens", "be at least 0", minNewTokens);
  }

  /** Tokens whose score is changed, each once. */
  int[] penalized(int[] decoderIds) {
    return repetitionPenalty == 1 ? NO_TOKENS : Arrays.stream(decoderIds).distinct().toArray();
  }

  /** A score after the penalty: a logit, or a log-probability in a beam search. */
  double penalized(double score) {
    return score < 0 ? score * repetitionPenalty : score / repetitionPenalty;
  }

  /** Tokens that may not come next. */
  BitSet banned(int[] decoderIds, Set<Integer> endIds) {
    BitSet banned = new BitSet();
    int length = decoderIds.length;
    int prefix = noRepeatNgramSize - 1;
    for (int end = prefix; prefix >= 0 && end < length; end++) {
      if (Arrays.equals(decoderIds, end - prefix, end, decoderIds, length - prefix, length)) {
        banned.set(decoderIds[end]);
      }
    }
    if (length - 1 < minNewTokens) {
      endIds.forEach(banned::set);
    }
    return banned;
  }
}
