package io.flanstream.jobs.bench;

import java.util.Locale;

/** What a benchmark asks of each prompt. */
public enum BenchMode {
  /** The log-probability of each of its choices. */
  SCORE,
  /** Text, greedily. */
  GENERATE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
