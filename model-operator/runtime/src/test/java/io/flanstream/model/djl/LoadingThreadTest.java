package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.LoadListener;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.device.DeviceMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Loading leaves no threads of the engine's behind, which would slow down those that compute. */
class LoadingThreadTest {
  private static final Path TRAINED =
      Path.of(System.getProperty("flanstream.root"), "deploy", "models", "flan-mini");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int[][] PROMPTS = {new int[400], new int[400]};

  @Test
  void theThreadThatComputesHasTheOnlyPool() throws ExecutionException, InterruptedException {
    // libtorch has a pool of its own as well, which is made anew for another number of threads.
    open().close();
    String opener = "opens-a-model";
    String worker = "computes";
    List<Long> found =
        in(
            opener,
            () -> {
              DjlDevice device = open();
              long loading = threadsLeft(LoadingThread.NAME);
              long opening = threads(opener);
              try (device) {
                long computing = in(worker, () -> encode(device, worker));
                return List.of(loading, opening, computing);
              }
            });
    assertThat(found.get(0)).as("threads that load").isZero();
    assertThat(found.get(1)).as("threads of the one that opens").isEqualTo(1);
    assertThat(found.get(2)).as("threads of the one that computes").isEqualTo(2);
  }

  @Test
  void aFailureIsTheCallers() {
    assertThatThrownBy(
            () ->
                LoadingThread.run(
                    () -> {
                      throw new IllegalArgumentException("not to be loaded");
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not to be loaded");
  }

  @Test
  void anInterruptionEndsTheLoadingAndStays() throws ExecutionException, InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    FutureTask<Boolean> caller =
        new FutureTask<>(
            () -> {
              assertThatThrownBy(() -> LoadingThread.run(() -> awaitInterruption(begun)))
                  .hasMessage("interrupted while loading");
              return Thread.currentThread().isInterrupted();
            });
    Thread thread = new Thread(caller, "caller");
    thread.start();
    begun.await();
    thread.interrupt();
    assertThat(caller.get()).isTrue();
  }

  private static void awaitInterruption(CountDownLatch begun) {
    begun.countDown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while loading", e);
    }
  }

  private static DjlDevice open() {
    Checkpoint checkpoint = Checkpoint.open(TRAINED);
    return DjlDevice.open(
        checkpoint,
        checkpoint.config().vocabSize(),
        WeightLayout.of(StoredType.F32, Packing.PREPACKED),
        DeviceMap.single("cpu"),
        2,
        LoadListener.NONE);
  }

  private static long encode(DjlDevice device, String thread) throws IOException {
    device.encode(PROMPTS).close();
    return threads(thread);
  }

  /** The kernel's thread ends a moment after Java's, and its pool after it. */
  private static long threadsLeft(String name) throws IOException {
    long start = System.nanoTime();
    long left = threads(name);
    while (left > 0 && System.nanoTime() - start < PATIENCE.toNanos()) {
      left = threads(name);
    }
    return left;
  }

  /** A thread of libgomp's has the name of the one whose loops it shares. */
  private static long threads(String name) throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.filter(task -> name.equals(name(task))).count();
    }
  }

  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static <T> T in(String name, Callable<T> work)
      throws InterruptedException, ExecutionException {
    FutureTask<T> task = new FutureTask<>(work);
    new Thread(task, name).start();
    return task.get();
  }
}
