package io.flanstream.model.batch;

import io.flanstream.model.decode.ChoiceTrie;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A batch cut of those that wait, and as many requests that come in its place. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FairQueueBenchmark {
  private static final BatchSettings SETTINGS =
      new BatchSettings(4096, 64, 64, 0, Duration.ZERO, Duration.ofMinutes(1));
  private static final ChoiceTrie TRIE = ChoiceTrie.of(List.of(new int[] {5, 1}), 0);
  private static final int LENGTHS = 4096;
  private static final int LONGEST = 512;

  @Param({"256", "4096"})
  private int waiting;

  @Param({"1", "8"})
  private int clients;

  private final TestingDevice device = new TestingDevice(1, 0);
  private FairQueue queue;
  private List<Share> shares;
  private int[][] prompts;
  private int added;

  @Setup
  public void fill() {
    Random random = new Random(5);
    prompts =
        IntStream.range(0, LENGTHS).mapToObj(i -> new int[length(random)]).toArray(int[][]::new);
    shares = IntStream.range(0, clients).mapToObj(i -> new Share("client " + i, 1 + i, 0)).toList();
    queue = new FairQueue(SETTINGS);
    add(waiting);
  }

  private static int length(Random random) {
    return (int) Math.min(LONGEST, 1 + Math.exp(4.3 + 0.6 * random.nextGaussian()));
  }

  private void add(int count) {
    for (int i = 0; i < count; i++) {
      Share share = shares.get(added % clients);
      int[] prompt = prompts[added++ % LENGTHS];
      queue.add(
          share,
          new InFlightRequest<>(Request.score(prompt, TRIE), share, new ConcurrentHashMap<>(1)));
    }
  }

  @Benchmark
  public List<InFlightRequest<?>> cut() {
    List<InFlightRequest<?>> batch =
        new ArrayList<>(
            queue.cut(
                new Capacity(
                    SETTINGS.maxTokens(),
                    SETTINGS.maxRequests(),
                    SETTINGS.maxDecoding(),
                    Long.MAX_VALUE,
                    true,
                    device)));
    add(batch.size());
    return batch;
  }
}
