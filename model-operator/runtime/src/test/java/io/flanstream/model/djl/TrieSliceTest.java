package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.device.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tries in slices, and large sets of choices that are scored in them. */
class TrieSliceTest {
  private static final int END = 1;

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64, 100_000})
  void slicesHaveEachEdgeOnceAndAllThatIsAboveIt(int most) {
    ChoiceTrie trie = ChoiceTrie.of(choices(400, 5, new Random(1)), 0);
    boolean[] seen = new boolean[trie.edgeTokens().length];
    for (TrieSlice slice : TrieSlice.of(trie, most)) {
      assertThat(slice.nodes()).isLessThan(most + trie.positions());
      assertThat(slice.edgeNodes()).isSorted();
      for (int i = 0; i < slice.edges().length; i++) {
        int edge = slice.edges()[i];
        assertThat(seen[edge]).isFalse();
        seen[edge] = true;
        assertThat(slice.edgeTokens()[i]).isEqualTo(trie.edgeTokens()[edge]);
        assertThat(path(slice.edgeNodes()[i], slice.parents(), slice.tokens()))
            .isEqualTo(path(trie.edgeNodes()[edge], trie.parents(), trie.tokens()));
        assertThat(slice.depths()[slice.edgeNodes()[i]])
            .isEqualTo(trie.depths()[trie.edgeNodes()[edge]]);
      }
    }
    assertThat(seen).containsOnly(true);
  }

  private static List<Integer> path(int node, int[] parents, int[] tokens) {
    List<Integer> path = new ArrayList<>();
    for (int above = node; above >= 0; above = parents[above]) {
      path.add(tokens[above]);
    }
    return path;
  }

  @Test
  void aTrieOfManySlicesIsScoredAsItsPartsAre() {
    List<int[]> choices = choices(1_500, 4, new Random(2));
    ChoiceTrie whole = ChoiceTrie.of(choices, 0);
    assertThat(TrieSlice.of(whole, 512)).hasSizeGreaterThan(2);
    try (DjlDevice device = open();
        Device.Encoding encoding = device.encode(prompts(20, 30))) {
      float[][] scores = device.score(encoding, 1, 19, whole);
      for (int from = 0; from < choices.size(); from += 500) {
        ChoiceTrie part = ChoiceTrie.of(choices.subList(from, from + 20), 0);
        float[][] expected = device.score(encoding, 1, 19, part);
        for (int row = 0; row < expected.length; row++) {
          double[] ofPart = part.choiceLogprobs(expected[row]);
          double[] ofWhole = whole.choiceLogprobs(scores[row]);
          for (int choice = 0; choice < ofPart.length; choice++) {
            assertThat(ofWhole[from + choice]).isCloseTo(ofPart[choice], within(1e-4));
          }
        }
      }
    }
  }

  /** In one piece, the attention of the trie's nodes to one another alone is tens of gigabytes. */
  @Test
  void threeThousandLabelsOfSixtyFourRecordsTakeLittleMemory() throws IOException {
    ChoiceTrie trie = ChoiceTrie.of(choices(3_000, 5, new Random(3)), 0);
    try (DjlDevice device = open();
        Device.Encoding encoding = device.encode(prompts(64, 40))) {
      device.score(encoding, 0, 1, trie);
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
      long before = highest();
      float[][] scores = device.score(encoding, 0, 64, trie);
      assertThat(highest() - before).isLessThan(512L << 20);
      for (float[] row : scores) {
        assertThat(row).doesNotContain(0f);
      }
    }
  }

  private static long highest() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  private static DjlDevice open() {
    return TestingModels.device(Checkpoint.open(GoldenCheckpoint.of("ul2").directory()), false);
  }

  private static int[][] prompts(int count, int tokens) {
    Random random = new Random(4);
    return IntStream.range(0, count)
        .mapToObj(i -> random.ints(tokens, 2, 100).toArray())
        .toArray(int[][]::new);
  }

  private static List<int[]> choices(int count, int tokens, Random random) {
    return IntStream.generate(() -> 0)
        .mapToObj(
            any ->
                Arrays.stream(random.ints(1 + random.nextInt(tokens), 2, 100).toArray())
                    .boxed()
                    .toList())
        .distinct()
        .limit(count)
        .map(choice -> IntStream.concat(choice.stream().mapToInt(i -> i), IntStream.of(END)))
        .map(IntStream::toArray)
        .toList();
  }
}
