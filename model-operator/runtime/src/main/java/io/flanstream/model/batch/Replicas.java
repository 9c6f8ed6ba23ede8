package io.flanstream.model.batch;

import io.flanstream.model.device.DeviceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The same model on several devices, a {@link Scheduler} each. A request goes where the fewest
 * tokens are pending, or where an equal one is; never to a device that was given up, unless all
 * were.
 *
 * <p>Owns the schedulers, and through them the devices. Thread-safe.
 */
public final class Replicas implements AutoCloseable {
  private final List<Replica> replicas = new ArrayList<>();
  private final RuntimeMetrics metrics;

  /**
   * Takes schedulers.
   *
   * @param schedulers one for each device, at least one, owned from now on
   */
  public Replicas(List<Scheduler> schedulers) {
    schedulers.forEach(scheduler -> replicas.add(new Replica(scheduler, new AtomicLong())));
    this.metrics = RuntimeMetrics.sum(schedulers.stream().map(Scheduler::metrics).toList());
  }

  /**
   * Asks for an answer.
   *
   * @param share whose request it is
   * @param request the request
   * @return the answer; fails with {@link SchedulerClosedException} if the model is closed first,
   *     with a {@link DeviceException} if the device fails on the request alone. Cancelling it, or
   *     completing it otherwise, frees its place
   * @param <T> type of the answer
   */
  public <T> CompletableFuture<T> submit(Share share, Request<T> request) {
    if (replicas.size() == 1) {
      return replicas.get(0).scheduler().submit(share, request);
    }
    Replica chosen = choose(request);
    chosen.pendingTokens().addAndGet(request.length());
    CompletableFuture<T> answer = chosen.scheduler().submit(share, request);
    var unused =
        answer.whenComplete(
            (value, failure) -> chosen.pendingTokens().addAndGet(-request.length()));
    return answer;
  }

  private Replica choose(Request<?> request) {
    List<Replica> serving =
        replicas.stream().filter(replica -> replica.scheduler().isServing()).toList();
    return serving.stream()
        .filter(replica -> replica.scheduler().isPending(request))
        .findFirst()
        .or(
            () ->
                serving.stream()
                    .min(Comparator.comparingLong(replica -> replica.pendingTokens().get())))
        .orElse(replicas.get(0));
  }

  /** What they tell about their work: of all together, and of the oldest request among theirs. */
  public RuntimeMetrics metrics() {
    return metrics;
  }

  /** Why one of the devices is lost; empty while none is. */
  public Optional<DeviceException> loss() {
    return replicas.stream().flatMap(replica -> replica.scheduler().loss().stream()).findFirst();
  }

  /**
   * Closes the schedulers, and waits until their devices are closed.
   *
   * @param patience how long
   * @return false where a call that was given up has not come back
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public boolean release(Duration patience) throws InterruptedException {
    close();
    long deadline = System.nanoTime() + patience.toNanos();
    boolean released = true;
    for (Replica replica : replicas) {
      Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
      released &= replica.scheduler().awaitClosed(left);
    }
    return released;
  }

  /** Closes the schedulers: what is pending fails. */
  @Override
  public void close() {
    replicas.forEach(replica -> replica.scheduler().close());
  }

  private record Replica(Scheduler scheduler, AtomicLong pendingTokens) {}
}
