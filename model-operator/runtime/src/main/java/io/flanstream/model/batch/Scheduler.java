package io.flanstream.model.batch;

import io.flanstream.model.device.Device;
import io.flanstream.model.device.DeviceException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one queue before a device, and the one thread that calls it.
 *
 * <p>Encoding batches and decoder steps take turns: after a batch, decoding gets as much time as
 * the batch took, and what the batch brought joins it. A batch goes when it is full or its oldest
 * request has waited long enough, if the attention caches have room; {@link FairQueue} says whose
 * requests it has. Requests that are equal are computed once. A request that nobody waits for any
 * more, because every future for it is done, leaves the line, or the decoder at its next step.
 * Failures are the request's own that caused them: see {@link DeviceWorker}.
 *
 * <p>The scheduler owns the device and closes it. Futures are completed on a thread of their own.
 * Thread-safe.
 */
public final class Scheduler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

  /** How long {@link #close()} waits for receivers of answers that were there before. */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(10);

  private final BatchSettings settings;
  private final WatchedDevice device;
  private final RuntimeMetrics metrics = new RuntimeMetrics();
  private final SubmissionQueue inbox = new SubmissionQueue();
  private final InFlight inFlight = new InFlight(metrics);
  private final FairQueue queue;
  private final AnswerDispatcher answers;
  private final DeviceWorker worker;
  private final Thread thread;
  private final ScheduledExecutorService watch;
  private volatile boolean draining;
  private volatile boolean closing;
  private volatile Throwable fate = new SchedulerClosedException();
  private volatile DeviceException loss;

  /**
   * Starts the scheduler's threads.
   *
   * @param device the device, owned from now on
   * @param settings bounds of the work
   * @param name name of the thread that calls the device
   */
  public Scheduler(Device device, BatchSettings settings, String name) {
    this.settings = settings;
    this.device = new WatchedDevice(device);
    this.queue = new FairQueue(settings);
    this.answers = new AnswerDispatcher(name + "-answers");
    this.worker = new DeviceWorker(this.device, settings, answers, metrics);
    this.thread = new Thread(this::serve, name);
    this.watch =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread watching = new Thread(work, name + "-watch");
              watching.setDaemon(true);
              return watching;
            });
    thread.setDaemon(true);
    thread.start();
    long period = Math.max(1, settings.callTimeout().toNanos() / 8);
    var unused = watch.scheduleWithFixedDelay(this::watch, period, period, TimeUnit.NANOSECONDS);
  }

  /**
   * Asks for an answer.
   *
   * @param share whose request it is
   * @param request the request
   * @return the answer; fails with {@link SchedulerClosedException} if the scheduler is closed
   *     first, with a {@link DeviceException} if the device fails on the request alone. Cancelling
   *     it, or completing it otherwise, frees its place
   * @param <T> type of the answer
   */
  public <T> CompletableFuture<T> submit(Share share, Request<T> request) {
    return inFlight.ask(share, request, inbox::add, fate);
  }

  /** Whether a request like this is pending. */
  boolean isPending(Request<?> request) {
    return inFlight.has(request);
  }

  /** Whether requests are taken: the scheduler is not closed, nor its device given up. */
  boolean isServing() {
    return inbox.isOpen();
  }

  /** Why the device is lost; empty while it is not. What is asked of it fails with this. */
  public Optional<DeviceException> loss() {
    return Optional.ofNullable(loss);
  }

  /** What it tells about its work. */
  public RuntimeMetrics metrics() {
    return metrics;
  }

  private void serve() {
    try {
      boolean last = false;
      while (!closing && !last && !device.isGivenUp()) {
        boolean complete = draining;
        inbox.drainTo(queue::add);
        boolean went = worker.isOpen() && runBatch();
        if (worker.isBusy() && !(went && worker.isFilling())) {
          worker.proceed();
        } else if (!went) {
          last = complete;
          await();
        }
        answers.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      lose(
          e instanceof DeviceException device && device.fatal()
              ? device
              : new DeviceException(
                  DeviceException.Kind.LOST, "Cannot go on: the scheduler failed: " + e, e));
    } catch (Error e) {
      lose(
          new DeviceException(
              DeviceException.Kind.LOST, "Cannot go on: the scheduler failed: " + e, e));
      throw e;
    } finally {
      end();
    }
  }

  private boolean runBatch() {
    Capacity room = worker.room(queue.decodings());
    long patience = queue.patience(System.nanoTime(), room.rows() > 0);
    if (patience > 0 && (patience == Long.MAX_VALUE || !draining)) {
      return false;
    }
    List<InFlightRequest<?>> batch = queue.cut(room);
    if (!batch.isEmpty()) {
      countWaiting(batch);
      worker.run(batch);
      answers.flush();
    }
    return !batch.isEmpty();
  }

  private void countWaiting(List<InFlightRequest<?>> batch) {
    long now = System.nanoTime();
    long waited = 0;
    for (InFlightRequest<?> one : batch) {
      waited += now - one.arrivedNanos();
    }
    metrics.add(RuntimeMetric.QUEUED_MILLIS, waited);
  }

  private void await() throws InterruptedException {
    long patience = queue.patience(System.nanoTime(), true);
    if (patience == Long.MAX_VALUE) {
      inbox.await(1, 1, patience);
    } else {
      inbox.await(
          Math.max(1, settings.maxTokens() - queue.tokens()),
          Math.max(1, settings.maxRequests() - queue.requests()),
          patience);
    }
  }

  private void end() {
    inbox.close();
    try {
      worker.close();
    } catch (RuntimeException e) {
      LOG.warn("The device failed while its work was let go of", e);
    }
    answers.last(() -> inFlight.failAll(fate));
    answers.flush();
    answers.close();
    watch.shutdown();
    device.close();
  }

  /** Fails everything at once if the device hangs: its thread may never come back. */
  private void watch() {
    DeviceException cause = device.check(settings.callTimeout());
    if (cause != null) {
      lose(cause);
      inbox.close();
      inFlight.failAll(cause);
      watch.shutdown();
    }
  }

  private void lose(DeviceException cause) {
    LOG.error("The device is lost", cause);
    // First the reason, so that whoever fails with it finds it.
    loss = cause;
    fate = cause;
  }

  /** Refuses further requests, answers those that are pending, and closes. */
  public void drain() {
    inbox.close();
    draining = true;
    join();
  }

  /**
   * Refuses further requests, fails those that are pending, lets the call on the device end, and
   * closes the device. A device that hangs is left alone.
   */
  @Override
  public void close() {
    closing = true;
    inbox.close();
    inFlight.failAll(fate);
    join();
  }

  /**
   * Waits until the device is closed, after {@link #close()}.
   *
   * @param patience how long
   * @return false where a call that was given up has not come back
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public boolean awaitClosed(Duration patience) throws InterruptedException {
    thread.join(Math.max(1, patience.toMillis()));
    return !thread.isAlive();
  }

  private void join() {
    boolean interrupted = false;
    while (thread.isAlive() && Thread.currentThread() != thread && !device.isGivenUp()) {
      try {
        thread.join(TimeUnit.SECONDS.toMillis(1));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    try {
      answers.awaitAll(device.isGivenUp() ? Duration.ZERO : LAST_ANSWERS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
