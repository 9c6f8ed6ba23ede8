package io.flanstream.model.flink;

import io.flanstream.model.cache.CacheSettings;
import io.flanstream.model.cache.ResultCache;
import java.time.Duration;

/**
 * The result caches of this process: one for each settings, which lingers as {@link SharedModels}
 * do. Thread-safe.
 */
public final class SharedCaches {
  private static final Shared<ResultCache> CACHES =
      new Shared<>(
          new Shared.Life<>() {
            @Override
            public String name(ResultCache cache) {
              return "result cache";
            }

            @Override
            public void close(ResultCache cache) {
              cache.close();
            }
          });

  private SharedCaches() {}

  static Shared.Lease<ResultCache> lease(CacheSettings settings, Duration linger)
      throws InterruptedException {
    return CACHES.lease(settings, () -> ResultCache.open(settings), linger);
  }

  /** Closes the caches that only linger; what is in their files stays. */
  public static void closeIdle() {
    CACHES.closeIdle();
  }
}
