package io.flanstream.model.djl;

import io.flanstream.model.decode.ChoiceTrie;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What Java lays out for a call of the device: a batch of prompts, and a trie's ancestors. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DeviceInputsBenchmark {
  private static final int RECORDS = 45;
  private static final int TOKENS = 90;
  private static final int LABELS = 150;

  private final Random random = new Random(9);
  private final int[][] prompts =
      IntStream.range(0, RECORDS)
          .mapToObj(i -> ids(TOKENS - random.nextInt(5)))
          .toArray(int[][]::new);
  private final ChoiceTrie trie = ChoiceTrie.of(labels(), 0);

  private int[] ids(int count) {
    return random.ints(count, 3, 32_000).toArray();
  }

  /** Labels of two to four tokens, the first of them one of ten. */
  private List<int[]> labels() {
    return IntStream.range(0, LABELS)
        .mapToObj(
            i -> {
              int[] label = Arrays.copyOf(ids(1 + i % 3), 2 + i % 3);
              System.arraycopy(label, 0, label, 1, label.length - 1);
              label[0] = 3 + i % 10;
              label[label.length - 1] = 40_000 + i;
              int[] ended = Arrays.copyOf(label, label.length + 1);
              ended[label.length] = 1;
              return ended;
            })
        .toList();
  }

  @Benchmark
  public Object batch() {
    return PaddedBatch.of(prompts, 0);
  }

  @Benchmark
  public long[] ancestors() {
    return TrieSlice.of(trie, Integer.MAX_VALUE).get(0).ancestors();
  }
}
