package io.flanstream.model.decode;

/**
 * Each token is drawn, as Hugging Face's {@code do_sample} defines its distribution: logits divided
 * by a temperature, then the best so many, then the smallest set of the best that has so much
 * probability (transformers, generation/logits_process.py: {@code TemperatureLogitsWarper}, {@code
 * TopKLogitsWarper}, {@code TopPLogitsWarper}).
 *
 * <p>What is drawn depends on the seed, the prompt's tokens and the model alone: again asked for,
 * it is the same, in any company. Immutable and thread-safe.
 *
 * @param temperature what logits are divided by, above 0
 * @param topK how many tokens may be drawn, and those equal to the last of them; 0 for all
 * @param topP probability of the tokens that may be drawn, 0 to 1
 * @param seed of one answer; another seed gives another one
 */
public record Sampling(double temperature, int topK, double topP, long seed) implements Strategy {

  /** Checks the bounds. */
  public Sampling {
    Bounds.check(
        temperature > 0 && Double.isFinite(temperature), "temperature", "be above 0", temperature);
    Bounds.check(topK >= 0, "top-k", "be at least 0", topK);
    Bounds.check(topP >= 0 && topP <= 1, "top-p", "be from 0 to 1", topP);
  }

  /** The same distribution with another seed. */
  public Sampling withSeed(long other) {
    return new Sampling(temperature, topK, topP, other);
  }

  /** How many of the best candidates its distribution is made of. */
  public int wanted() {
    return topK == 0 ? Integer.MAX_VALUE : topK;
  }

  /**
   * The distribution to draw from.
   *
   * @param candidates the best {@link #wanted()}, which are changed: those that may not be drawn go
   * @return natural-log probability of each candidate that is left
   */
  public double[] distribution(Candidates candidates) {
    if (topK > 0 && topK < candidates.size()) {
      int kept = topK;
      while (kept < candidates.size() && candidates.score(kept) == candidates.score(topK - 1)) {
        kept++;
      }
      candidates.keep(kept);
    }
    if (topP < 1) {
      double[] logprobs = normalized(candidates);
      double tail = 0;
      int kept = candidates.size();
      while (kept > 1 && (tail += Math.exp(logprobs[kept - 1])) <= 1 - topP) {
        kept--;
      }
      candidates.keep(kept);
    }
    return normalized(candidates);
  }

  private double[] normalized(Candidates candidates) {
    double[] logprobs = new double[candidates.size()];
    double sum = 0;
    for (int rank = 0; rank < logprobs.length; rank++) {
      logprobs[rank] = (candidates.score(rank) - candidates.score(0)) / temperature;
      sum += Math.exp(logprobs[rank]);
    }
    double normalizer = Math.log(sum);
    for (int rank = 0; rank < logprobs.length; rank++) {
      logprobs[rank] -= normalizer;
    }
    return logprobs;
  }
}
