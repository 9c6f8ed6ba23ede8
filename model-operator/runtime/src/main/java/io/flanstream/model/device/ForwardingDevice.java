package io.flanstream.model.device;

import io.flanstream.model.decode.ChoiceTrie;

/**
 * A device that hands every call on to another, which it owns: a wrapper overrides what it looks
 * at. As thread-safe as the other.
 */
public abstract class ForwardingDevice implements Device {
  private final Device device;

  /** Wraps a device. */
  protected ForwardingDevice(Device device) {
    this.device = device;
  }

  @Override
  public final long cacheBytesPerToken() {
    return device.cacheBytesPerToken();
  }

  @Override
  public final long rowBytes(int promptTokens, int positions) {
    return device.rowBytes(promptTokens, positions);
  }

  @Override
  public final long freeBytes() {
    return device.freeBytes();
  }

  @Override
  public Encoding encode(int[][] prompts) {
    return device.encode(prompts);
  }

  @Override
  public Decoder startDecoding() {
    return device.startDecoding();
  }

  @Override
  public float[][] score(Encoding encoding, int start, int count, ChoiceTrie trie) {
    return device.score(encoding, start, count, trie);
  }

  @Override
  public final void close() {
    device.close();
  }

  /** The same for a decoder. */
  public abstract static class ForwardingDecoder implements Decoder {
    private final Decoder decoder;

    /** Wraps a decoder. */
    protected ForwardingDecoder(Decoder decoder) {
      this.decoder = decoder;
    }

    @Override
    public void join(Encoding encoding, int[] records) {
      decoder.join(encoding, records);
    }

    @Override
    public void step(DecoderStep step) {
      decoder.step(step);
    }

    @Override
    public void reorder(int[] parents) {
      decoder.reorder(parents);
    }

    @Override
    public void leave(int row) {
      decoder.leave(row);
    }

    @Override
    public final long bytes() {
      return decoder.bytes();
    }

    @Override
    public final void close() {
      decoder.close();
    }
  }
}
