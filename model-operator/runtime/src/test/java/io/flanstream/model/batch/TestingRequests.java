package io.flanstream.model.batch;

import io.flanstream.model.decode.BeamSearch;
import io.flanstream.model.decode.Beams;
import io.flanstream.model.decode.Candidates;
import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.decode.Constraint;
import io.flanstream.model.decode.LogitsProcessors;
import io.flanstream.model.decode.NextToken;
import io.flanstream.model.decode.RankedChoices;
import io.flanstream.model.decode.Sampling;
import io.flanstream.model.decode.Strategy;
import io.flanstream.model.decode.TokenDraw;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Requests of every kind, with the answers that {@link TestingDevice} gives. */
final class TestingRequests {
  static final int MANY_TOKENS = 1000;
  static final int MOST_BEAMS = 4;
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

  static Request<SequenceOutput> generate(int maxNewTokens, int... prompt) {
    return generate(maxNewTokens, Strategy.GREEDY, prompt);
  }

  static Request<SequenceOutput> generate(int maxNewTokens, Strategy strategy, int... prompt) {
    return Request.generate(prompt, writing(maxNewTokens, Optional.empty(), strategy));
  }

  static Request<SequenceOutput> generate(Constraint constraint, int... prompt) {
    return Request.generate(prompt, writing(MANY_TOKENS, Optional.of(constraint), Strategy.GREEDY));
  }

  private static SequenceConfig writing(
      int maxNewTokens, Optional<Constraint> constraint, Strategy strategy) {
    return new SequenceConfig(
        maxNewTokens,
        constraint,
        LogitsProcessors.NONE,
        Optional.empty(),
        strategy,
        0,
        Set.of(TestingDevice.END));
  }

  /** A request of any kind. */
  static Request<?> any(Random random) {
    int[] prompt = random.ints(1 + random.nextInt(20), 2, 500).toArray();
    return switch (random.nextInt(10)) {
      case 0 -> Request.score(prompt, TRIE);
      case 1 -> Request.score(prompt, WIDE);
      case 2 -> Request.rank(prompt, WIDE, 1 + random.nextInt(3));
      case 3 -> generate(1 + random.nextInt(9), new Sampling(1, 5, 0.9, random.nextInt(2)), prompt);
      case 4 -> generate(1 + random.nextInt(9), beams(2 + random.nextInt(MOST_BEAMS - 1)), prompt);
      default -> generate(1 + random.nextInt(9), prompt);
    };
  }

  static Beams beams(int count) {
    return new Beams(count, 1, Beams.EarlyStopping.FALSE);
  }

  /** Whether an answer is the right one. */
  static boolean isRight(Request<?> request, Object answer) {
    if (request instanceof Request.Generate generate) {
      return answer instanceof SequenceOutput written
          && Arrays.equals(written.tokens(), written(generate.prompt(), generate.writing()));
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

  /** What is written where each path is asked for by itself. */
  static int[] written(int[] prompt, SequenceConfig writing) {
    if (writing.strategy() instanceof Beams beams) {
      BeamSearch search =
          new BeamSearch(
              beams, writing.maxNewTokens(), 0, path -> path.token() == TestingDevice.END);
      while (!search.isDone()) {
        search.advance(
            search.running().stream()
                .map(path -> candidates(prompt, path.decoderIds(), search.wanted()))
                .toList());
      }
      return withoutStart(search.best().decoderIds());
    }
    if (writing.strategy() instanceof Sampling sampling) {
      TokenDraw draw = new TokenDraw(sampling.seed(), prompt);
      int[] ids = {0};
      while (ids.length <= writing.maxNewTokens() && ids[ids.length - 1] != TestingDevice.END) {
        Candidates candidates = candidates(prompt, ids, sampling.wanted());
        int rank = draw.rank(candidates, sampling.distribution(candidates), ids.length - 1);
        ids = Arrays.copyOf(ids, ids.length + 1);
        ids[ids.length - 1] = candidates.token(rank);
      }
      return withoutStart(ids);
    }
    return TestingDevice.written(prompt, writing.maxNewTokens());
  }

  private static Candidates candidates(int[] prompt, int[] ids, int wanted) {
    List<Integer> path = IntStream.of(ids).boxed().toList();
    int[] top = TestingDevice.top(prompt, path);
    return new NextToken(LogitsProcessors.NONE, ids, Set.of(TestingDevice.END), wanted)
        .candidates(top, TestingDevice.logprobs(prompt, path, top), null, 0);
  }

  private static int[] withoutStart(int[] ids) {
    return Arrays.copyOfRange(ids, 1, ids.length);
  }

  private static double[] scores(int[] prompt, ChoiceTrie trie) {
    return trie.choiceLogprobs(TestingDevice.edges(prompt, trie));
  }
}
