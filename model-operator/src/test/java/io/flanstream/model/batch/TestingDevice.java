package io.flanstream.model.batch;

import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.device.Device;
import io.flanstream.model.device.DeviceException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A device that answers by arithmetic, with latency and failures drawn from a seed, and whose
 * answers depend on each prompt alone.
 */
final class TestingDevice implements Device {
  /** A prompt that begins with it fails wherever it is. */
  static final int POISON = 666;

  static final int END = 1;

  final AtomicInteger open = new AtomicInteger();
  final AtomicInteger largestBatch = new AtomicInteger();
  final AtomicBoolean closed = new AtomicBoolean();
  private final Random random;
  private final double failureRate;

  TestingDevice(long seed, double failureRate) {
    this.random = new Random(seed);
    this.failureRate = failureRate;
  }

  private void work(String what) {
    if (closed.get()) {
      throw new AssertionError("used after close");
    }
    if (random.nextInt(8) == 0) {
      LockSupport.parkNanos(random.nextInt(200_000));
    }
    if (random.nextDouble() < failureRate) {
      throw new DeviceException(
          random.nextBoolean() ? DeviceException.Kind.OUT_OF_MEMORY : DeviceException.Kind.FAILED,
          "Cannot " + what,
          null);
    }
  }

  @Override
  public long cacheBytesPerToken() {
    return 1;
  }

  @Override
  public Encoding encode(int[][] prompts) {
    largestBatch.accumulateAndGet(prompts.length, Math::max);
    work("encode");
    if (prompts.length > 0 && Arrays.stream(prompts).anyMatch(prompt -> prompt[0] == POISON)) {
      throw new DeviceException(DeviceException.Kind.FAILED, "Cannot encode poison", null);
    }
    return new Encoded(prompts);
  }

  @Override
  public float[][] score(Encoding encoding, int start, int count, ChoiceTrie trie) {
    work("score");
    float[][] scores = new float[count][];
    for (int row = 0; row < count; row++) {
      int sum = Arrays.stream(((Encoded) encoding).prompts[start + row]).sum();
      int[] tokens = trie.edgeTokens();
      scores[row] = new float[tokens.length];
      for (int edge = 0; edge < tokens.length; edge++) {
        scores[row][edge] = -((sum + tokens[edge]) % 17);
      }
    }
    return scores;
  }

  @Override
  public Decoder startDecoding(Encoding encoding, int start, int count) {
    work("start decoding");
    return new Decoding(Arrays.copyOfRange(((Encoded) encoding).prompts, start, start + count));
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
    closed.set(true);
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

  private final class Decoding implements Decoder {
    private int[][] prompts;
    private int position;

    Decoding(int[][] prompts) {
      this.prompts = prompts;
      open.incrementAndGet();
    }

    @Override
    public Step step(int[] tokens, int[][] allowed) {
      work("step");
      int[] next = new int[tokens.length];
      for (int row = 0; row < tokens.length; row++) {
        int[] all = written(prompts[row], Integer.MAX_VALUE);
        next[row] = position < all.length ? all[position] : END;
      }
      position++;
      float[] zeros = new float[tokens.length];
      return new Step(next, zeros, zeros);
    }

    @Override
    public void retain(int[] rows) {
      prompts = Arrays.stream(rows).mapToObj(row -> prompts[row]).toArray(int[][]::new);
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }
}
