package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.djl.Company.Asked;
import io.flanstream.model.djl.Company.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Memory after very many requests of every kind. */
@EnabledIfSystemProperty(
    named = "flanstream.requests",
    matches = "\\d+",
    disabledReason = "takes minutes: -Dflanstream.requests=1000000")
class EnduranceTest {
  private static final int REQUESTS = Integer.getInteger("flanstream.requests", 0);
  private static final int IN_FLIGHT = 256;
  private static final int SAMPLES = 40;
  private static final int DISTINCT = 20_000;
  private static final int RARE = 50;

  private static final long MOST_GROWTH = 4 << 20;

  @Test
  void endsWithFlatMemory() throws IOException, InterruptedException {
    Path directory = GoldenCheckpoint.of("ul2").directory();
    List<Asked> records = records();
    List<Sample> samples = new ArrayList<>();
    Semaphore room = new Semaphore(IN_FLIGHT);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (Company company =
        new Company(
            directory,
            T5Program.source(),
            StoredType.F32,
            Packing.NONE,
            24,
            Duration.ofMillis(1))) {
      for (int sent = 0; sent < REQUESTS && failure.get() == null; sent++) {
        if (sent % (REQUESTS / SAMPLES) == 0) {
          room.acquire(IN_FLIGHT);
          room.release(IN_FLIGHT);
          samples.add(Sample.now(sent));
        }
        room.acquire();
        var unused =
            company
                .ask(records.get(sent % DISTINCT))
                .whenComplete(
                    (answer, fault) -> {
                      failure.compareAndSet(null, fault);
                      room.release();
                    });
      }
      room.acquire(IN_FLIGHT);
      samples.add(Sample.now(REQUESTS));
    }
    assertThat(failure.get()).isNull();
    samples.forEach(System.out::println);
    assertThat(growth(samples, Sample::heap)).as("heap").isLessThan(MOST_GROWTH);
    assertThat(growth(samples, Sample::anonymous)).as("anonymous").isLessThan(MOST_GROWTH);
  }

  /** Mostly labels, which are quick, and of every other kind some. */
  private static List<Asked> records() {
    Random random = new Random(7);
    return Company.records(random, DISTINCT).stream()
        .map(
            asked ->
                random.nextInt(RARE) == 0
                    ? asked
                    : new Asked(Kind.SCORE, asked.prompt(), asked.tokens()))
        .toList();
  }

  /**
   * Bytes that the least of the last quarter is above that of the one before it: the allocator
   * takes and gives back tens of megabytes at a time, which is no growth.
   */
  private static long growth(List<Sample> samples, ToLongFunction<Sample> bytes) {
    int quarter = samples.size() / 4;
    int last = samples.size() - quarter;
    return least(samples.subList(last, samples.size()), bytes)
        - least(samples.subList(last - quarter, last), bytes);
  }

  private static long least(List<Sample> samples, ToLongFunction<Sample> bytes) {
    return samples.stream().mapToLong(bytes).min().orElseThrow();
  }

  /** Bytes of the heap that are in use, and of the process beside it. */
  private record Sample(int requests, long heap, long anonymous) {
    static Sample now(int requests) throws IOException {
      return new Sample(requests, OwnMemory.heap(), OwnMemory.anonymous());
    }

    @Override
    public String toString() {
      return "%,11d requests: heap %,12d, anonymous %,14d bytes"
          .formatted(requests, heap, anonymous);
    }
  }
}
