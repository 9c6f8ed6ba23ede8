package io.flanstream.model.djl;

import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.batch.BatchSettings;
import io.flanstream.model.batch.RuntimeMetric;
import io.flanstream.model.batch.Share;
import io.flanstream.model.checkpoint.StoredType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/** A model in a process of its own under mixed load; says now and then what memory it holds. */
final class EnduranceProcess {
  private static final int CLIENTS = 4;
  private static final int IN_FLIGHT = 64;

  private final TextModel model;
  private final List<MixedLoad> clients;

  private EnduranceProcess(TextModel model, ConcurrentSkipListMap<String, LongAdder> outcomes) {
    this.model = model;
    this.clients =
        IntStream.range(0, CLIENTS)
            .mapToObj(
                client ->
                    new MixedLoad(
                        model.withShare(new Share("client-" + client, 1 + client, client % 2)),
                        outcomes,
                        IN_FLIGHT,
                        client))
            .toList();
  }

  /** Takes the requests between two samples, the number of samples, and whether it is to leak. */
  public static void main(String[] arguments)
      throws IOException, InterruptedException, ExecutionException {
    int requests = Integer.parseInt(arguments[0]);
    int samples = Integer.parseInt(arguments[1]);
    ConcurrentSkipListMap<String, LongAdder> outcomes = new ConcurrentSkipListMap<>();
    try (TextModel model = open(Boolean.parseBoolean(arguments[2]))) {
      EnduranceProcess process = new EnduranceProcess(model, outcomes);
      System.out.println(MemorySample.now(0));
      for (int sample = 1; sample <= samples; sample++) {
        long start = System.nanoTime();
        process.ask(requests);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.println(MemorySample.now((long) sample * requests));
        System.out.printf(Locale.ROOT, "%.0f requests/s%n", requests / seconds);
      }
      for (RuntimeMetric metric : RuntimeMetric.values()) {
        outcomes
            .computeIfAbsent(metric.title(), any -> new LongAdder())
            .add(model.metrics().value(metric));
      }
    }
    System.out.println(outcomes);
  }

  private static TextModel open(boolean leaking) {
    ModelSettings settings =
        ModelSettings.builder(GoldenCheckpoint.of("t5-v1_0").directory())
            .maxInputTokens(512)
            .batch(
                BatchSettings.DEFAULT
                    .withCacheBytes(2 << 20)
                    // As long as the machine may have other things to do.
                    .withCallTimeout(Duration.ofHours(1)))
            .build();
    return TextModels.open(
        settings,
        (checkpoint, vocabulary) ->
            new FaultyDevice(
                DjlDevice.open(
                    T5Program.source(),
                    checkpoint,
                    vocabulary.size(),
                    StoredType.F32,
                    Packing.NONE,
                    ProgramBranch.CPU),
                leaking));
  }

  private void ask(int requests) throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Callable<Void>> work = new ArrayList<>();
      for (MixedLoad client : clients) {
        work.add(
            () -> {
              client.run(requests / CLIENTS);
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get();
      }
    } finally {
      threads.shutdown();
    }
    threads.awaitTermination(1, TimeUnit.MINUTES);
    awaitIdle();
  }

  /** Nobody waits any more, but cancelled requests leave at the next step. */
  private void awaitIdle() throws InterruptedException {
    while (model.metrics().value(RuntimeMetric.CACHE_BYTES) > 0) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}
