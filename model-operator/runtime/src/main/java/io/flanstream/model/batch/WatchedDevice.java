package io.flanstream.model.batch;

import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.device.DecoderStep;
import io.flanstream.model.device.Device;
import io.flanstream.model.device.DeviceException;
import io.flanstream.model.device.ForwardingDevice;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A device whose calls are timed, so that another thread sees that one does not come back. Once
 * given up, it fails every call.
 */
final class WatchedDevice extends ForwardingDevice {
  private volatile boolean calling;
  private volatile long startedNanos;
  private volatile DeviceException givenUp;

  WatchedDevice(Device device) {
    super(device);
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
              DeviceException.Kind.LOST,
              "Cannot go on: a call of the device must return within model.call-timeout = %s, and had not"
                  .formatted(timeout),
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
  public Encoding encode(int[][] prompts) {
    return timed(() -> super.encode(prompts));
  }

  @Override
  public float[][] score(Encoding encoding, int start, int count, ChoiceTrie trie) {
    return timed(() -> super.score(encoding, start, count, trie));
  }

  @Override
  public Decoder startDecoding() {
    return new WatchedDecoder(timed(super::startDecoding));
  }

  private final class WatchedDecoder extends ForwardingDecoder {

    WatchedDecoder(Decoder decoder) {
      super(decoder);
    }

    @Override
    public void join(Encoding encoding, int[] records) {
      timed(() -> super.join(encoding, records));
    }

    @Override
    public void step(DecoderStep step) {
      timed(() -> super.step(step));
    }

    @Override
    public void reorder(int[] parents) {
      timed(() -> super.reorder(parents));
    }

    @Override
    public void leave(int row) {
      timed(() -> super.leave(row));
    }
  }
}
