package io.flanstream.model.batch;

import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.decode.Constraint;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Something a caller waits for.
 *
 * @param <T> type of the answer
 */
public abstract sealed class Request<T> {
  private final int[] prompt;
  private final CompletableFuture<T> answer = new CompletableFuture<>();
  private final long arrivedNanos = System.nanoTime();

  private Request(int[] prompt) {
    this.prompt = prompt;
  }

  /**
   * Asks for the log-probability of each choice.
   *
   * @param prompt token ids, the end token last
   * @param trie the choices
   * @return the request, whose answer is {@code [choices]}
   */
  public static Request<double[]> score(int[] prompt, ChoiceTrie trie) {
    return new Score(prompt, trie);
  }

  /**
   * Asks for a greedy answer.
   *
   * @param prompt token ids, the end token last
   * @param maxNewTokens the most tokens to write
   * @param constraint what may be written
   * @param startId token with which the decoder starts
   * @param endId token that ends the answer
   * @return the request, whose answer is the tokens written
   */
  public static Request<Written> generate(
      int[] prompt, int maxNewTokens, Optional<Constraint> constraint, int startId, int endId) {
    return new Generate(prompt, maxNewTokens, constraint, startId, endId);
  }

  /** Token ids of the prompt. */
  int[] prompt() {
    return prompt;
  }

  /** Tokens of the prompt. */
  int length() {
    return prompt.length;
  }

  /** When the request came, by {@link System#nanoTime()}. */
  long arrivedNanos() {
    return arrivedNanos;
  }

  /** The answer; cancelling it takes the request out of the queue. */
  public CompletableFuture<T> answer() {
    return answer;
  }

  /** Scores of a closed set. */
  static final class Score extends Request<double[]> {
    private final ChoiceTrie trie;

    Score(int[] prompt, ChoiceTrie trie) {
      super(prompt);
      this.trie = trie;
    }

    ChoiceTrie trie() {
      return trie;
    }
  }

  /** Greedy text. */
  static final class Generate extends Request<Written> {
    private final int maxNewTokens;
    private final int startId;
    private final int endId;
    private final Optional<Constraint> constraint;

    Generate(
        int[] prompt, int maxNewTokens, Optional<Constraint> constraint, int startId, int endId) {
      super(prompt);
      this.maxNewTokens = maxNewTokens;
      this.constraint = constraint;
      this.startId = startId;
      this.endId = endId;
    }

    int maxNewTokens() {
      return maxNewTokens;
    }

    Optional<Constraint> constraint() {
      return constraint;
    }

    int startId() {
      return startId;
    }

    int endId() {
      return endId;
    }
  }
}
