package io.flanstream.model.batch;

import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.decode.Constraint;
import io.flanstream.model.decode.LogitsProcessors;
import io.flanstream.model.decode.RankedChoices;
import io.flanstream.model.decode.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Requests of every kind, with the answers that {@link TestingDevice} gives. */
final class TestingRequests {
  static final int MANY_TOKENS = 1000;
  static final ChoiceTrie TRIE =
      ChoiceTrie.of(List.of(new int[] {5, 1}, new int[] {5, 6, 1}, new int[] {7, 1}), 0);
  static final ChoiceTrie WIDE = wide();

  private TestingRequests() {}

  private static ChoiceTrie wide() {
    List<int[]> choices = new ArrayList<>();
    for (int i = 0; i < 27; i++) {
      choices.add(new int[] {3 + i % 3, 3 + i / 3 % 3, 3 + i / 9, 1});
    }
    return ChoiceTrie.of(choices, 0);
  }

  static BatchSettings settings(int maxTokens, int maxRequests, Duration maxWait) {
    return new BatchSettings(
        maxTokens, maxRequests, maxRequests, 0, maxWait, Duration.ofMinutes(1));
  }

  static Request<double[]> score(int... prompt) {
    return Request.score(prompt, TRIE);
  }

  static Request<Written> generate(int maxNewTokens, int... prompt) {
    return Request.generate(prompt, writing(maxNewTokens, Optional.empty()));
  }

  static Request<Written> generate(Constraint constraint, int... prompt) {
    return Request.generate(prompt, writing(MANY_TOKENS, Optional.of(constraint)));
  }

  private static Writing writing(int maxNewTokens, Optional<Constraint> constraint) {
    return new Writing(
        maxNewTokens,
        constraint,
        LogitsProcessors.NONE,
        Optional.empty(),
        Strategy.GREEDY,
        0,
        TestingDevice.END);
  }

  /** A request of any kind. */
  static Request<?> any(Random random) {
    int[] prompt = random.ints(1 + random.nextInt(20), 2, 500).toArray();
    return switch (random.nextInt(4)) {
      case 0 -> Request.score(prompt, TRIE);
      case 1 -> Request.score(prompt, WIDE);
      case 2 -> Request.rank(prompt, WIDE, 1 + random.nextInt(3));
      default -> generate(1 + random.nextInt(9), prompt);
    };
  }

  /** Whether an answer is the right one. */
  static boolean isRight(Request<?> request, Object answer) {
    if (request instanceof Request.Generate generate) {
      int[] tokens = TestingDevice.written(request.prompt(), generate.newTokens());
      return answer instanceof Written written && Arrays.equals(written.tokens(), tokens);
    }
    if (request instanceof Request.Rank rank) {
      double[] all = scores(request.prompt(), rank.trie());
      int[] best =
          IntStream.range(0, all.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -all[i]))
              .limit(rank.count())
              .mapToInt(i -> i)
              .toArray();
      return answer instanceof RankedChoices ranked && Arrays.equals(ranked.choices(), best);
    }
    return answer instanceof double[] scores
        && Arrays.equals(scores, scores(request.prompt(), ((Request.Score) request).trie()));
  }

  private static double[] scores(int[] prompt, ChoiceTrie trie) {
    return trie.choiceLogprobs(TestingDevice.edges(prompt, trie));
  }
}
