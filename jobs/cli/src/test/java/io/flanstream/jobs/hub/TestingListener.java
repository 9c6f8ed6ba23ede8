package io.flanstream.jobs.hub;

import java.util.concurrent.atomic.AtomicLong;

/** Adds up what it hears. */
final class TestingListener implements PullListener {
  private final AtomicLong there = new AtomicLong();
  private final AtomicLong missing = new AtomicLong();

  @Override
  public void expected(long bytes) {
    missing.addAndGet(bytes);
  }

  @Override
  public void kept(long bytes) {
    there.addAndGet(bytes);
  }

  @Override
  public void received(long bytes) {
    there.addAndGet(bytes);
  }

  @Override
  public void dropped(long bytes) {
    there.addAndGet(-bytes);
  }

  long there() {
    return there.get();
  }

  long missing() {
    return missing.get();
  }
}
