package io.flanstream.model.batch;

import io.flanstream.model.device.Device;
import io.flanstream.model.device.DeviceException;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one queue before a device, and the one thread that calls it.
 *
 * <p>A batch that fails is split until the guilty request is alone; the others are answered. The
 * scheduler owns the device and closes it. Thread-safe.
 */
public final class Scheduler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

  private final Device device;
  private final BatchRunner runner;
  private final RequestQueue queue;
  private final Thread thread;
  private volatile boolean closing;

  /**
   * Starts the scheduler's thread.
   *
   * @param device the device, owned from now on
   * @param settings bounds of a batch
   * @param name name of the thread
   */
  public Scheduler(Device device, BatchSettings settings, String name) {
    this.device = device;
    this.runner = new BatchRunner(device);
    this.queue = new RequestQueue(settings);
    this.thread = new Thread(this::serve, name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Queues a request.
   *
   * @param request the request; its answer fails with {@link SchedulerClosedException} if the
   *     scheduler is closed first, with a {@link DeviceException} if the device fails on it alone
   */
  public void submit(Request<?> request) {
    if (!queue.add(request)) {
      request.answer().completeExceptionally(new SchedulerClosedException());
    }
  }

  private void serve() {
    try {
      List<Request<?>> batch = queue.take();
      while (!batch.isEmpty()) {
        run(batch);
        batch = queue.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Error e) {
      LOG.error("The scheduler died", e);
      fail(queue.close(), any -> e);
      throw e;
    } finally {
      fail(queue.close(), any -> new SchedulerClosedException());
      device.close();
    }
  }

  private void run(List<Request<?>> batch) {
    List<Request<?>> open = batch.stream().filter(request -> !request.answer().isDone()).toList();
    if (open.isEmpty()) {
      return;
    }
    if (closing) {
      fail(open, any -> new SchedulerClosedException());
      return;
    }
    try {
      runner.run(open);
    } catch (RuntimeException e) {
      split(open.stream().filter(request -> !request.answer().isDone()).toList(), e);
    } catch (Error e) {
      fail(open, any -> e);
      throw e;
    }
  }

  private void split(List<Request<?>> open, RuntimeException cause) {
    boolean fatal = cause instanceof DeviceException failure && failure.fatal();
    if (open.size() <= 1 || fatal) {
      fail(open, any -> cause);
      return;
    }
    LOG.warn("Split a batch of {} requests: {}", open.size(), cause.getMessage());
    run(open.subList(0, open.size() / 2));
    run(open.subList(open.size() / 2, open.size()));
  }

  private static void fail(List<Request<?>> requests, Function<Request<?>, Throwable> cause) {
    requests.forEach(request -> request.answer().completeExceptionally(cause.apply(request)));
  }

  /**
   * Refuses further requests, fails those that wait, lets the batch on the device end, and closes
   * the device.
   */
  @Override
  public void close() {
    closing = true;
    fail(queue.close(), any -> new SchedulerClosedException());
    boolean interrupted = false;
    while (thread.isAlive() && Thread.currentThread() != thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
