package io.flanstream.model.batch;

import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.decode.RankedChoices;
import java.util.Arrays;
import java.util.Objects;

/**
 * A question to a model. Two that are equal have the same answer, which is computed once.
 *
 * <p>Immutable, if the caller leaves the prompt alone, and thread-safe.
 *
 * @param <T> type of the answer
 */
public abstract sealed class Request<T> {
  private final int[] prompt;
  private final int hash;

  private Request(int[] prompt, Object question) {
    this.prompt = prompt;
    this.hash = 31 * Arrays.hashCode(prompt) + question.hashCode();
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
   * Asks for the most probable choices alone.
   *
   * @param prompt token ids, the end token last
   * @param trie the choices
   * @param count how many, the winner included
   * @return the request
   */
  public static Request<RankedChoices> rank(int[] prompt, ChoiceTrie trie, int count) {
    return new Rank(prompt, new Ranking(trie, count));
  }

  /**
   * Asks for text.
   *
   * @param prompt token ids, the end token last
   * @param writing how it is written
   * @return the request, whose answer is the tokens written
   */
  public static Request<SequenceOutput> generate(int[] prompt, SequenceConfig writing) {
    return new Generate(prompt, writing);
  }

  /** Token ids of the prompt. */
  int[] prompt() {
    return prompt;
  }

  /** Tokens of the prompt. */
  int length() {
    return prompt.length;
  }

  /** Tokens that count against its client's share when it goes to the device. */
  int tokens() {
    return prompt.length;
  }

  /** The most decoder positions that it takes step by step; 0 where it takes none. */
  abstract int newTokens();

  /** Whether it takes decoder steps. */
  boolean decodes() {
    return newTokens() > 0;
  }

  /** Rows of the decoder that it takes for these. */
  int rows() {
    return 1;
  }

  /** What is asked about the prompt, with value equality. */
  abstract Object question();

  @Override
  public final boolean equals(Object object) {
    return object instanceof Request<?> other
        && hash == other.hash
        && getClass() == other.getClass()
        && Arrays.equals(prompt, other.prompt)
        && Objects.equals(question(), other.question());
  }

  @Override
  public final int hashCode() {
    return hash;
  }

  /** Scores of a closed set. */
  static final class Score extends Request<double[]> {
    private final ChoiceTrie trie;

    Score(int[] prompt, ChoiceTrie trie) {
      super(prompt, trie);
      this.trie = trie;
    }

    ChoiceTrie trie() {
      return trie;
    }

    @Override
    int tokens() {
      return length() + trie.nodes();
    }

    @Override
    int newTokens() {
      return 0;
    }

    @Override
    Object question() {
      return trie;
    }
  }

  /** The best of a closed set. */
  static final class Rank extends Request<RankedChoices> {
    private final Ranking ranking;

    Rank(int[] prompt, Ranking ranking) {
      super(prompt, ranking);
      this.ranking = ranking;
    }

    ChoiceTrie trie() {
      return ranking.trie;
    }

    int count() {
      return ranking.count;
    }

    @Override
    int newTokens() {
      return ranking.trie.positions();
    }

    @Override
    Object question() {
      return ranking;
    }
  }

  /** Text. */
  static final class Generate extends Request<SequenceOutput> {
    private final SequenceConfig writing;

    Generate(int[] prompt, SequenceConfig writing) {
      super(prompt, writing);
      this.writing = writing;
    }

    SequenceConfig writing() {
      return writing;
    }

    @Override
    int newTokens() {
      return writing.maxNewTokens();
    }

    @Override
    int rows() {
      return writing.rows();
    }

    @Override
    Object question() {
      return writing;
    }
  }

  private record Ranking(ChoiceTrie trie, int count) {}
}
