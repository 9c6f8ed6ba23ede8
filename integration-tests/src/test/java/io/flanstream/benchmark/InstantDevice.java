package io.flanstream.benchmark;

import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.device.DecoderStep;
import io.flanstream.model.device.Device;
import java.util.Arrays;
import java.util.Set;

/**
 * A device that answers at once, so that what remains is everything round the model: it prefers the
 * first edge of a trie, and tokens that end a value.
 */
public final class InstantDevice implements Device {
  private final Set<Integer> preferred;

  /**
   * Makes a device.
   *
   * @param preferred tokens to write wherever they are allowed
   */
  public InstantDevice(Set<Integer> preferred) {
    this.preferred = preferred;
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
    return Long.MAX_VALUE;
  }

  @Override
  public Encoding encode(int[][] prompts) {
    return () -> {};
  }

  @Override
  public float[][] score(Encoding encoding, int start, int count, ChoiceTrie trie) {
    float[] scores = new float[trie.edgeTokens().length];
    for (int edge = 0; edge < scores.length; edge++) {
      scores[edge] = -edge;
    }
    float[][] all = new float[count][];
    Arrays.fill(all, scores);
    return all;
  }

  @Override
  public Decoder startDecoding() {
    return new InstantDecoder();
  }

  @Override
  public void close() {}

  private final class InstantDecoder implements Decoder {
    @Override
    public void join(Encoding encoding, int[] records) {}

    @Override
    public void step(DecoderStep step) {
      for (int row = 0; row < step.rows(); row++) {
        int[] allowed = step.allowed()[row];
        step.written()[row] = allowed == null ? step.tokens()[row] : choose(allowed);
        step.logprobs()[row] = 0;
        step.choiceLogprobs()[row] = 0;
        step.allowedLogprobs()[row] = step.scored()[row] ? new float[allowed.length] : null;
      }
    }

    private int choose(int[] allowed) {
      for (int token : allowed) {
        if (preferred.contains(token)) {
          return token;
        }
      }
      return allowed[0];
    }

    @Override
    public void reorder(int[] parents) {}

    @Override
    public void leave(int row) {}

    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public void close() {}
  }
}
