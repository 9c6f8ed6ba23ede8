package io.flanstream.model.batch;

import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.device.DecoderStep;
import io.flanstream.model.device.Device;
import io.flanstream.model.device.DeviceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A device that answers by arithmetic, with latency and failures drawn from a seed, and whose
 * answers depend on each prompt alone.
 */
class TestingDevice implements Device {
  static final int END = 1;
  private static final int VOCABULARY = 12;

  /** Where a prompt that begins with {@link #poison} of it fails, whatever its company. */
  enum Stage {
    ENCODE,
    SCORE,
    JOIN,
    STEP
  }

  final AtomicInteger open = new AtomicInteger();
  final AtomicInteger largestBatch = new AtomicInteger();
  final AtomicInteger mostRows = new AtomicInteger();
  final AtomicInteger encoded = new AtomicInteger();
  final AtomicInteger reordered = new AtomicInteger();

  /** Of the caches in steps of more than one row. */
  final AtomicLong mostBytes = new AtomicLong();

  final AtomicBoolean closed = new AtomicBoolean();
  int mostTokens = Integer.MAX_VALUE;
  int mostDecoding = Integer.MAX_VALUE;
  private final Random random;
  private final double failureRate;

  TestingDevice(long seed, double failureRate) {
    this.random = new Random(seed);
    this.failureRate = failureRate;
  }

  /** First token of a prompt that fails at a stage. */
  static int poison(Stage stage) {
    return 600 + stage.ordinal();
  }

  /** Called before each piece of work. */
  void work(String what) {
    if (closed.get()) {
      throw new AssertionError("used after close");
    }
    if (random.nextInt(16) == 0) {
      LockSupport.parkNanos(random.nextInt(100_000));
    }
    if (random.nextDouble() < failureRate) {
      throw failure(
          random.nextBoolean() ? DeviceException.Kind.OUT_OF_MEMORY : DeviceException.Kind.FAILED,
          what);
    }
  }

  private static DeviceException failure(DeviceException.Kind kind, String what) {
    return new DeviceException(kind, "Cannot " + what, null);
  }

  private void check(Stage stage, int[]... prompts) {
    if (Arrays.stream(prompts).anyMatch(prompt -> prompt[0] == poison(stage))) {
      throw failure(DeviceException.Kind.FAILED, stage + " poison");
    }
  }

  @Override
  public long cacheBytesPerToken() {
    return 1;
  }

  @Override
  public long rowBytes(int promptTokens, int positions) {
    return (long) promptTokens + positions;
  }

  @Override
  public long freeBytes() {
    return 2 * 2000;
  }

  @Override
  public Encoding encode(int[][] prompts) {
    largestBatch.accumulateAndGet(prompts.length, Math::max);
    encoded.addAndGet(prompts.length);
    work("encode");
    int longest = Arrays.stream(prompts).mapToInt(prompt -> prompt.length).max().orElseThrow();
    if (longest * prompts.length > mostTokens) {
      throw failure(DeviceException.Kind.OUT_OF_MEMORY, "encode so much");
    }
    check(Stage.ENCODE, prompts);
    return new Encoded(prompts);
  }

  @Override
  public float[][] score(Encoding encoding, int start, int count, ChoiceTrie trie) {
    work("score");
    int[][] prompts = Arrays.copyOfRange(((Encoded) encoding).prompts, start, start + count);
    check(Stage.SCORE, prompts);
    return Arrays.stream(prompts).map(prompt -> edges(prompt, trie)).toArray(float[][]::new);
  }

  /** Log-probability of each edge of a trie after a prompt. */
  static float[] edges(int[] prompt, ChoiceTrie trie) {
    float[] edges = new float[trie.edgeTokens().length];
    for (int edge = 0; edge < edges.length; edge++) {
      List<Integer> path = new ArrayList<>();
      int above = trie.edgeNodes()[edge];
      while (above != ChoiceTrie.NONE) {
        path.add(0, trie.tokens()[above]);
        above = trie.parents()[above];
      }
      edges[edge] = logprob(prompt, path, trie.edgeTokens()[edge]);
    }
    return edges;
  }

  private static float logprob(int[] prompt, List<Integer> path, int token) {
    long seed = 31L * (31L * Arrays.hashCode(prompt) + path.hashCode()) + token;
    return -new Random(seed).nextFloat();
  }

  /** All tokens of a small vocabulary, the most probable after a path first. */
  static int[] top(int[] prompt, List<Integer> path) {
    int[] all = IntStream.range(END, END + VOCABULARY).toArray();
    float[] logprobs = logprobs(prompt, path, all);
    return IntStream.of(all)
        .boxed()
        .sorted(Comparator.comparingDouble(token -> -logprobs[token - END]))
        .mapToInt(token -> token)
        .toArray();
  }

  /** Log-probability of tokens after a path. */
  static float[] logprobs(int[] prompt, List<Integer> path, int[] tokens) {
    float[] logprobs = new float[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      logprobs[i] = logprob(prompt, path, tokens[i]);
    }
    return logprobs;
  }

  @Override
  public Decoder startDecoding() {
    work("start decoding");
    return new Decoding();
  }

  /**
   * What the decoder writes: as many copies of the prompt's length as its first token, then end.
   */
  static int[] written(int[] prompt, int maxNewTokens) {
    int copies = prompt[0] % 7;
    int[] all = new int[copies + 1];
    Arrays.fill(all, 1000 + prompt.length);
    all[copies] = END;
    return Arrays.copyOf(all, Math.min(all.length, maxNewTokens));
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      throw new AssertionError("closed twice");
    }
  }

  private final class Encoded implements Encoding {
    private final int[][] prompts;

    Encoded(int[][] prompts) {
      this.prompts = prompts;
      open.incrementAndGet();
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }

  private record DecodingRow(int[] prompt, List<Integer> cache) {}

  private final class Decoding implements Decoder {
    private final List<DecodingRow> rows = new ArrayList<>();

    Decoding() {
      open.incrementAndGet();
    }

    @Override
    public void join(Encoding encoding, int[] records) {
      work("join");
      for (int record : records) {
        int[] prompt = ((Encoded) encoding).prompts[record];
        check(Stage.JOIN, prompt);
        rows.add(new DecodingRow(prompt, new ArrayList<>()));
      }
      mostRows.accumulateAndGet(rows.size(), Math::max);
    }

    @Override
    public void step(DecoderStep step) {
      if (step.rows() != rows.size()) {
        throw new AssertionError("a step of " + step.rows() + " for " + rows.size() + " rows");
      }
      work("step");
      if (rows.size() > 1) {
        mostBytes.accumulateAndGet(bytes(), Math::max);
      }
      if (rows.size() > mostDecoding) {
        throw failure(DeviceException.Kind.OUT_OF_MEMORY, "decode so many");
      }
      for (int row = 0; row < rows.size(); row++) {
        step(step, row, rows.get(row));
      }
    }

    private void step(DecoderStep step, int place, DecodingRow row) {
      check(Stage.STEP, row.prompt);
      int position = step.positions()[place];
      if (position > row.cache.size()) {
        throw new AssertionError("position " + position + " of a row with " + row);
      }
      row.cache.subList(position, row.cache.size()).clear();
      row.cache.add(step.tokens()[place]);
      int[] allowed = step.allowed()[place];
      if (step.scored()[place]) {
        step.allowedLogprobs()[place] = logprobs(row.prompt, row.cache, allowed);
      }
      if (step.top()[place] > 0) {
        step.topTokens()[place] = top(row.prompt, row.cache);
        step.topLogprobs()[place] = logprobs(row.prompt, row.cache, step.topTokens()[place]);
        step.logNormalizers()[place] = 0;
      }
      int[] all = written(row.prompt, Integer.MAX_VALUE);
      int next = position < all.length ? all[position] : END;
      step.written()[place] = allowed == null ? next : allowed[0];
      step.logprobs()[place] = 0;
      step.choiceLogprobs()[place] = 0;
    }

    @Override
    public void reorder(int[] parents) {
      work("reorder");
      reordered.incrementAndGet();
      List<List<Integer>> caches = rows.stream().map(row -> List.copyOf(row.cache)).toList();
      for (int row = 0; row < parents.length; row++) {
        if (rows.get(row).prompt != rows.get(parents[row]).prompt) {
          throw new AssertionError("row " + row + " goes on from another record's");
        }
        rows.get(row).cache.clear();
        rows.get(row).cache.addAll(caches.get(parents[row]));
      }
    }

    @Override
    public void leave(int row) {
      DecodingRow last = rows.remove(rows.size() - 1);
      if (row < rows.size()) {
        rows.set(row, last);
      }
    }

    @Override
    public long bytes() {
      return rows.stream()
          .mapToLong(row -> rowBytes(row.prompt.length, row.cache.size() + 1))
          .sum();
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }
}
