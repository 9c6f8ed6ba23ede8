package io.flanstream.model.batch;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/** A testing device that begins some of its work only when it may. */
final class GatedDevice extends TestingDevice {
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore allowed = new Semaphore(0);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Predicate<String> gated;

  GatedDevice(Predicate<String> gated) {
    super(1, 0);
    this.gated = gated;
  }

  @Override
  void work(String what) {
    super.work(what);
    if (gated.test(what)) {
      begun.release();
      allowed.acquireUninterruptibly();
    }
  }

  /** Waits until the next gated work has come to the gate. */
  void awaitGate() throws InterruptedException {
    begun.acquire();
  }

  /** Lets gated work go on. */
  void open(int times) {
    allowed.release(times);
  }

  @Override
  public void close() {
    super.close();
    closing.countDown();
  }

  /** Waits until the device is closed. */
  void awaitClosed() throws InterruptedException {
    closing.await();
  }
}
