package io.flanstream.model.batch;

import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.device.DecoderStep;
import io.flanstream.model.device.Device;
import io.flanstream.model.device.DeviceException;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A device whose calls are timed, so that another thread sees that one does not come back. Once
 * given up, it fails every call.
 */
final class WatchedDevice implements Device {
  private final Device device;
  private volatile boolean calling;
  private volatile long startedNanos;
  private volatile DeviceException givenUp;

  WatchedDevice(Device device) {
    this.device = device;
  }

  /**
   * Gives the device up if a call has taken too long. Called by any thread.
   *
   * @param timeout how long is too long
   * @return why it was given up; null if it was not
   */
  DeviceException check(Duration timeout) {
    if (calling && System.nanoTime() - startedNanos > timeout.toNanos()) {
      givenUp =
          new DeviceException(
              DeviceException.Kind.FATAL,
              "Cannot go on: the device did not come back from a call for " + timeout,
              null);
    }
    return givenUp;
  }

  /** Whether it was given up. */
  boolean isGivenUp() {
    return givenUp != null;
  }

  private <T> T timed(Supplier<T> call) {
    startedNanos = System.nanoTime();
    calling = true;
    try {
      T result = call.get();
      if (givenUp != null) {
        throw givenUp;
      }
      return result;
    } finally {
      calling = false;
    }
  }

  private void timed(Runnable call) {
    var unused =
        timed(
            () -> {
              call.run();
              return null;
            });
  }

  @Override
  public long cacheBytesPerToken() {
    return device.cacheBytesPerToken();
  }

  @Override
  public long rowBytes(int promptTokens, int positions) {
    return device.rowBytes(promptTokens, positions);
  }

  @Override
  public long freeBytes() {
    return device.freeBytes();
  }

  @Override
  public Encoding encode(int[][] prompts) {
    return timed(() -> device.encode(prompts));
  }

  @Override
  public float[][] score(Encoding encoding, int start, int count, ChoiceTrie trie) {
    return timed(() -> device.score(encoding, start, count, trie));
  }

  @Override
  public Decoder startDecoding() {
    return new WatchedDecoder(timed(device::startDecoding));
  }

  @Override
  public void close() {
    device.close();
  }

  private final class WatchedDecoder implements Decoder {
    private final Decoder decoder;

    WatchedDecoder(Decoder decoder) {
      this.decoder = decoder;
    }

    @Override
    public void join(Encoding encoding, int start, int count) {
      timed(() -> decoder.join(encoding, start, count));
    }

    @Override
    public void step(DecoderStep step) {
      timed(() -> decoder.step(step));
    }

    @Override
    public void leave(int row) {
      timed(() -> decoder.leave(row));
    }

    @Override
    public long bytes() {
      return decoder.bytes();
    }

    @Override
    public void close() {
      decoder.close();
    }
  }
}
