package io.flanstream.model.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Any set of distinct choices, prefixes of each other included, with end tokens or without. */
class ChoiceTrieLawsTest {
  private static final int START = 0;

  @Provide
  Arbitrary<List<int[]>> choiceSets() {
    Arbitrary<List<Integer>> choice =
        Arbitraries.integers().between(1, 4).list().ofMinSize(1).ofMaxSize(6);
    return choice
        .set()
        .ofMinSize(1)
        .ofMaxSize(40)
        .map(
            set -> set.stream().map(tokens -> tokens.stream().mapToInt(t -> t).toArray()).toList());
  }

  @Property
  void aChoicesLogprobIsTheSumOverItsTokens(
      @ForAll("choiceSets") List<int[]> choices, @ForAll Random random) {
    ChoiceTrie trie = ChoiceTrie.of(choices, START);
    Language language = new Language(random.nextLong());
    double[] logprobs = trie.choiceLogprobs(language.edges(trie));
    for (int i = 0; i < choices.size(); i++) {
      assertThat(logprobs[i]).isCloseTo(language.logprob(choices.get(i)), within(1e-9));
    }
  }

  @Property
  void eachPrefixIsOnePositionAndEachEdgeIsOneToken(@ForAll("choiceSets") List<int[]> choices) {
    ChoiceTrie trie = ChoiceTrie.of(choices, START);
    Set<List<Integer>> inner = new HashSet<>();
    Set<List<Integer>> all = new HashSet<>();
    for (int[] choice : choices) {
      for (int length = 0; length < choice.length; length++) {
        inner.add(prefix(choice, length));
        all.add(prefix(choice, length + 1));
      }
    }
    assertThat(trie.nodes()).isEqualTo(inner.size());
    assertThat(trie.edgeTokens()).hasSize(all.size());
    assertThat(trie.edgeNodes()).isSorted();
    assertThat(trie.positions())
        .isEqualTo(choices.stream().mapToInt(choice -> choice.length).max().orElseThrow());
    Set<Integer> ends = new HashSet<>();
    for (int edge = 0; edge < all.size(); edge++) {
      int node = trie.edgeNodes()[edge];
      assertThat(edge).isBetween(trie.firstEdges()[node], trie.firstEdges()[node + 1] - 1);
      int child = trie.edgeChildren()[edge];
      if (child != ChoiceTrie.NONE) {
        assertThat(trie.parents()[child]).isEqualTo(node);
        assertThat(trie.tokens()[child]).isEqualTo(trie.edgeTokens()[edge]);
        assertThat(trie.depths()[child]).isEqualTo(trie.depths()[node] + 1);
      }
      ends.add(trie.edgeChoices()[edge]);
    }
    assertThat(ends).containsAll(IntStream.range(0, choices.size()).boxed().toList());
  }

  @Property
  void bestFirstFindsWhatScoringAllFinds(
      @ForAll("choiceSets") List<int[]> choices,
      @ForAll @IntRange(min = 1, max = 50) int count,
      @ForAll Random random) {
    ChoiceTrie trie = ChoiceTrie.of(choices, START);
    Language language = new Language(random.nextLong());
    float[] edges = language.edges(trie);
    ChoiceSearch search = new ChoiceSearch(trie, count);
    Set<Integer> expanded = new HashSet<>();
    while (!search.isDone()) {
      int node = search.node();
      assertThat(expanded.add(node)).as("node %s is scored once", node).isTrue();
      search.expand(
          Arrays.copyOfRange(edges, trie.firstEdges()[node], trie.firstEdges()[node + 1]));
    }
    double[] all = trie.choiceLogprobs(edges);
    int[] best =
        IntStream.range(0, all.length)
            .boxed()
            .sorted((a, b) -> Double.compare(all[b], all[a]))
            .limit(count)
            .mapToInt(i -> i)
            .toArray();
    assertThat(search.ranked().choices()).isEqualTo(best);
    for (int rank = 0; rank < best.length; rank++) {
      assertThat(search.ranked().logprobs()[rank]).isEqualTo(all[best[rank]]);
    }
    assertThat(search.expanded()).isLessThanOrEqualTo(trie.nodes());
  }

  @Property
  void bestFirstScoresNoPrefixThatIsLessProbableThanTheLastChoice(
      @ForAll("choiceSets") List<int[]> choices, @ForAll Random random) {
    ChoiceTrie trie = ChoiceTrie.of(choices, START);
    Language language = new Language(random.nextLong());
    float[] edges = language.edges(trie);
    ChoiceSearch search = new ChoiceSearch(trie, 1);
    List<Double> bounds = new ArrayList<>();
    while (!search.isDone()) {
      int node = search.node();
      bounds.add(language.logprob(path(trie, node)));
      search.expand(
          Arrays.copyOfRange(edges, trie.firstEdges()[node], trie.firstEdges()[node + 1]));
    }
    double winner = search.ranked().logprobs()[0];
    assertThat(bounds).allMatch(bound -> bound >= winner - 1e-9);
  }

  private static int[] path(ChoiceTrie trie, int node) {
    int[] path = new int[trie.depths()[node]];
    int above = node;
    for (int i = path.length - 1; i >= 0; i--) {
      path[i] = trie.tokens()[above];
      above = trie.parents()[above];
    }
    return path;
  }

  private static List<Integer> prefix(int[] choice, int length) {
    return Arrays.stream(choice).limit(length).boxed().toList();
  }

  /** A log-probability, never above 0, for each token after each prefix. */
  private record Language(long seed) {
    float logprob(int[] tokens, int length) {
      List<Integer> prefix = prefix(tokens, length + 1);
      return -new Random(seed + 31L * prefix.hashCode()).nextFloat();
    }

    double logprob(int[] tokens) {
      double sum = 0;
      for (int i = 0; i < tokens.length; i++) {
        sum += logprob(tokens, i);
      }
      return sum;
    }

    float[] edges(ChoiceTrie trie) {
      float[] edges = new float[trie.edgeTokens().length];
      for (int edge = 0; edge < edges.length; edge++) {
        int[] before = path(trie, trie.edgeNodes()[edge]);
        int[] tokens = Arrays.copyOf(before, before.length + 1);
        tokens[before.length] = trie.edgeTokens()[edge];
        edges[edge] = logprob(tokens, before.length);
      }
      return edges;
    }
  }
}
