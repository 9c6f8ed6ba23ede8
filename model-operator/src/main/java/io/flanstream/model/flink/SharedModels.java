package io.flanstream.model.flink;

import io.flanstream.model.TextModel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this process: one for each provider's key, whatever the number of slots and jobs.
 * The first lease opens a model. After the end of the last it lingers for a while, so that a job
 * that is restarted, or deployed again, finds it open.
 *
 * <p>Thread-safe. Leases of one model wait for each other while it opens; those of others do not.
 */
public final class SharedModels {
  private static final Logger LOG = LoggerFactory.getLogger(SharedModels.class);
  private static final Shared<TextModel> MODELS =
      new Shared<>(model -> "model " + model.description().name(), TextModel::close);
  private static final AtomicLong LOADS = new AtomicLong();

  private SharedModels() {}

  /**
   * Takes part in a model.
   *
   * @param provider opens it where it is not open
   * @param linger how long it stays open after this lease, where this is the last to end
   * @return the lease, to be closed by the caller
   * @throws RuntimeException if the model cannot be opened; the next lease tries again
   */
  public static ModelLease lease(ModelProvider provider, Duration linger) {
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

  private static TextModel open(ModelProvider provider) {
    long begun = System.nanoTime();
    TextModel model = provider.open();
    LOG.info(
        "Opened model {} in {} ms, load {} of this process",
        model.description().name(),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun),
        LOADS.incrementAndGet());
    return model;
  }

  private record Key(Class<?> provider, Object key) {}
}
