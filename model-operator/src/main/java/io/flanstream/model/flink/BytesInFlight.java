package io.flanstream.model.flink;

import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.streaming.api.functions.async.CollectionSupplier;
import org.apache.flink.streaming.api.functions.async.ResultFuture;

/**
 * Bounds the bytes of a subtask's events that are in the model. An event that is larger than the
 * bound goes in alone.
 *
 * <p>Thread-safe: bytes are given back on the thread that answers, never on Flink's, so that
 * Flink's may wait here.
 */
final class BytesInFlight {
  private final long most;
  private long taken;

  BytesInFlight(long most) {
    this.most = most;
  }

  /**
   * Waits until there is room.
   *
   * @param bytes size of the event
   * @param result where its answer goes
   * @return the same, which gives the bytes back when it is answered
   */
  synchronized <T> ResultFuture<T> admit(long bytes, ResultFuture<T> result)
      throws InterruptedException {
    while (taken > 0 && taken + bytes > most) {
      wait();
    }
    taken += bytes;
    return new Admitted<>(bytes, result);
  }

  /** How many there are. */
  synchronized long taken() {
    return taken;
  }

  private synchronized void giveBack(long bytes) {
    taken -= bytes;
    notifyAll();
  }

  private final class Admitted<T> implements ResultFuture<T> {
    private final AtomicBoolean answered = new AtomicBoolean();
    private final long bytes;
    private final ResultFuture<T> result;

    private Admitted(long bytes, ResultFuture<T> result) {
      this.bytes = bytes;
      this.result = result;
    }

    @Override
    public void complete(Collection<T> values) {
      leave();
      result.complete(values);
    }

    @Override
    public void complete(CollectionSupplier<T> supplier) {
      leave();
      result.complete(supplier);
    }

    @Override
    public void completeExceptionally(Throwable error) {
      leave();
      result.completeExceptionally(error);
    }

    private void leave() {
      if (answered.compareAndSet(false, true)) {
        giveBack(bytes);
      }
    }
  }
}
