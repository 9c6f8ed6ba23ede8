package io.flanstream.model.benchmark;

import io.flanstream.model.TextModel;
import io.flanstream.model.decode.ChoiceTrie;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A label set's trie: made once a task, its scores read once a record. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChoiceTrieBenchmark {
  @Param({"20", "150"})
  private int labels;

  private List<int[]> choices;
  private ChoiceTrie trie;
  private float[] edgeLogprobs;

  @Setup
  public void prepare() {
    try (TextModel model = BenchmarkTexts.model()) {
      choices =
          BenchmarkTexts.labels(labels).stream()
              .map(label -> ended(model.tokenizer().ids(label), model.vocabulary().endId()))
              .toList();
    }
    trie = ChoiceTrie.of(choices, 0);
    Random random = new Random(3);
    edgeLogprobs = new float[trie.edgeTokens().length];
    for (int i = 0; i < edgeLogprobs.length; i++) {
      edgeLogprobs[i] = -5 * random.nextFloat();
    }
  }

  private static int[] ended(int[] ids, int endId) {
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = endId;
    return ended;
  }

  @Benchmark
  public ChoiceTrie build() {
    return ChoiceTrie.of(choices, 0);
  }

  @Benchmark
  public double[] readScores() {
    return trie.choiceLogprobs(edgeLogprobs);
  }
}
