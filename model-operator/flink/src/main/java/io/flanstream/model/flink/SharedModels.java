package io.flanstream.model.flink;

import io.flanstream.model.DeviceLoss;
import io.flanstream.model.TextModel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this process: one for each provider's key, whatever the number of slots and jobs.
 * The first lease opens a model. After the end of the last it lingers for a while, so that a job
 * that is restarted, or deployed again, finds it open. A model that is lost is closed at once, and
 * the next lease opens another.
 *
 * <p>Thread-safe. Leases of one model wait for each other while it opens or closes; those of others
 * do not.
 */
public final class SharedModels {
  private static final Logger LOG = LoggerFactory.getLogger(SharedModels.class);

  /** How long tasks have to end, and to say why, before the process does. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(10);

  private static final long LAST_WORDS_SENT_MILLIS = 1000;
  private static final Shared<Opened> MODELS = new Shared<>(new ModelLife());
  private static final AtomicLong LOADS = new AtomicLong();

  private SharedModels() {}

  /**
   * Takes part in a model.
   *
   * @param provider opens it where it is not open
   * @param linger how long it stays open after this lease, where this is the last to end
   * @return the lease, to be closed by the caller
   * @throws InterruptedException if the waiting thread is interrupted
   * @throws RuntimeException if the model cannot be opened; the next lease tries again
   */
  public static ModelLease lease(ModelProvider provider, Duration linger)
      throws InterruptedException {
    return new ModelLease(
        MODELS.lease(new Key(provider.getClass(), provider.key()), () -> open(provider), linger));
  }

  /** Number of models that are open, lingering ones included. */
  public static int open() {
    return MODELS.open();
  }

  /** How often this process has opened a model. */
  public static long loads() {
    return LOADS.get();
  }

  /** Closes the models that only linger. */
  public static void closeIdle() {
    MODELS.closeIdle();
  }

  private static Opened open(ModelProvider provider) {
    long begun = System.nanoTime();
    TextModel model = provider.open();
    LOG.info(
        "Opened model {} in {} ms, load {} of this process",
        model.description().name(),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun),
        LOADS.incrementAndGet());
    return new Opened(model, provider.deviceLoss());
  }

  private record Key(Class<?> provider, Object key) {}

  /** A model, and what happens where its device is lost. */
  record Opened(TextModel model, DeviceLossSettings losses) {}

  private static final class ModelLife implements Shared.Life<Opened> {
    @Override
    public String name(Opened opened) {
      return "model " + opened.model().description().name();
    }

    @Override
    public void close(Opened opened) {
      opened.model().close();
    }

    @Override
    public boolean isLost(Opened opened) {
      return opened.model().loss().isPresent();
    }

    @Override
    public void free(Opened opened, Shared.Users users) throws InterruptedException {
      DeviceLoss loss = opened.model().loss().orElseThrow();
      Duration grace = opened.losses().grace();
      boolean returned = opened.model().release(grace);
      if (loss.sticky() || !returned) {
        users.awaitNone(LAST_WORDS);
        TimeUnit.MILLISECONDS.sleep(LAST_WORDS_SENT_MILLIS);
        ProcessEnd.because(
            loss.sticky()
                ? "its device can no longer be used by it: " + loss.reason()
                : "a call of its device has not returned within another %s: %s"
                    .formatted(grace, loss.reason()));
      }
    }
  }
}
