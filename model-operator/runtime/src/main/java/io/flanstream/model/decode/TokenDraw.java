package io.flanstream.model.decode;

/**
 * Draws tokens by the Gumbel-max trick: to each log-probability comes noise of Gumbel's
 * distribution, and the largest sum wins.
 *
 * <p>The noise of a token is that of its id and the position, by SplitMix64 (Steele, Lea, Flood:
 * Fast Splittable Pseudorandom Number Generators, 2014) over seed and prompt. So rounding that
 * differs with the company does not shift the draws of the tokens after it, as it would along a
 * cumulative sum. Immutable and thread-safe.
 */
public final class TokenDraw {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final long key;

  /**
   * Draws for one answer.
   *
   * @param seed the seed
   * @param prompt token ids
   */
  public TokenDraw(long seed, int[] prompt) {
    long mixed = mix(seed);
    for (int token : prompt) {
      mixed = next(mixed, token);
    }
    this.key = mixed;
  }

  /**
   * Draws a token.
   *
   * @param candidates the tokens
   * @param logprobs natural-log probability of each
   * @param position decoder position
   * @return rank of the token drawn
   */
  public int rank(Candidates candidates, double[] logprobs, int position) {
    long here = next(key, position);
    int drawn = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int rank = 0; rank < logprobs.length; rank++) {
      double sum = logprobs[rank] + gumbel(next(here, candidates.token(rank)));
      if (sum > most) {
        most = sum;
        drawn = rank;
      }
    }
    return drawn;
  }

  private static double gumbel(long bits) {
    double uniform = ((bits >>> 11) + 0.5) * 0x1p-53;
    return -Math.log(-Math.log(uniform));
  }

  private static long next(long state, int number) {
    return mix(state + GOLDEN_GAMMA * (number + 1L));
  }

  private static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
