package io.flanstream.model.benchmark;

import io.flanstream.model.TextModel;
import io.flanstream.model.decode.AnswerForm;
import io.flanstream.model.decode.Constraint;
import io.flanstream.model.decode.PieceTrie;
import io.flanstream.model.decode.SourceText;
import io.flanstream.model.decode.SpanAnswer;
import io.flanstream.model.decode.SpanGrammar;
import io.flanstream.model.decode.SpanReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Extraction round the model's calls: the text once a record, its masks once a step. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SpanBenchmark {
  private static final int STEPS = 6;

  @Param({"15", "60"})
  private int words;

  private TextModel model;
  private PieceTrie pieces;
  private AnswerForm form;
  private String text;
  private SourceText source;
  private SpanGrammar start;
  private Constraint middle;
  private int token;
  private int[] answer;
  private double[] logprobs;

  @Setup
  public void prepare() {
    model = BenchmarkTexts.model();
    pieces = PieceTrie.of(model.vocabulary());
    form = AnswerForm.single(model.tokenizer().ids("unanswerable"));
    text = BenchmarkTexts.texts(1, words).get(0);
    source = source();
    start = grammar();
    write();
  }

  /** The least token each time, the end left for last. */
  private void write() {
    List<Integer> written = new ArrayList<>();
    int end = model.vocabulary().endId();
    Constraint state = start;
    while (written.size() < STEPS || !ends(state, end)) {
      middle = state;
      token = last(state.allowed(), end);
      written.add(token);
      state = state.next(token);
    }
    written.add(end);
    answer = written.stream().mapToInt(Integer::intValue).toArray();
    logprobs = new double[answer.length];
  }

  private static boolean ends(Constraint state, int end) {
    return state.allowed()[0] == end;
  }

  private static int last(int[] allowed, int end) {
    int token = allowed[allowed.length - 1];
    if (token == end) {
      throw new IllegalStateException("Cannot write on: the text ends");
    }
    return token;
  }

  @TearDown
  public void close() {
    model.close();
  }

  @Benchmark
  public SourceText source() {
    return SourceText.of(text, model.tokenizer().normalizer());
  }

  @Benchmark
  public SpanGrammar grammar() {
    return SpanGrammar.of(source, pieces, form);
  }

  @Benchmark
  public int[] firstMask() {
    return start.allowed();
  }

  @Benchmark
  public int[] nextMask() {
    return middle.next(token).allowed();
  }

  @Benchmark
  public List<SpanAnswer> read() {
    return new SpanReader(source, pieces, form).read(answer, logprobs);
  }
}
