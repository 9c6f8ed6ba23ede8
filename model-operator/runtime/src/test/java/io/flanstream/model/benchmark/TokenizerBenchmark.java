package io.flanstream.model.benchmark;

import io.flanstream.model.TextModel;
import io.flanstream.model.TokenizedText;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A prompt of 60 words to tokens: put together from words that are remembered, from words that are
 * new each time, and whole by the native tokenizer.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TokenizerBenchmark {
  private static final int TEXTS = 256;
  private static final int WORDS = 60;

  private final List<String> texts = BenchmarkTexts.texts(TEXTS, WORDS);
  private final Random random = new Random(5);
  private TextModel model;
  private int next;

  @Setup
  public void open() {
    model = BenchmarkTexts.model();
  }

  @TearDown
  public void close() {
    model.close();
  }

  @Benchmark
  public int[] ids() {
    return model.tokenizer().ids(text());
  }

  @Benchmark
  public TokenizedText idsAndPlaces() {
    return model.tokenizer().encode(text());
  }

  @Benchmark
  public int[] idsOfNewWords() {
    return model.tokenizer().ids(newWords());
  }

  @Benchmark
  public TokenizedText idsAndPlacesOfNewWords() {
    return model.tokenizer().encode(newWords());
  }

  /** Words of 4 to 11 letters that were hardly asked before. */
  private String newWords() {
    StringBuilder text = new StringBuilder(WORDS * 9);
    for (int word = 0; word < WORDS; word++) {
      text.append(word == 0 ? "" : " ");
      for (int length = 4 + random.nextInt(8); length > 0; length--) {
        text.append((char) ('a' + random.nextInt(26)));
      }
    }
    return text.toString();
  }

  private String text() {
    next = (next + 1) % TEXTS;
    return texts.get(next);
  }
}
