package io.flanstream.model.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FairQueueTest {
  private static final BatchSettings SETTINGS =
      TestingRequests.settings(200, 16, Duration.ofMillis(5));

  private final TestingDevice device = new TestingDevice(1, 0);
  private FairQueue queue = new FairQueue(SETTINGS);

  private List<InFlightRequest<?>> cut() {
    return cut(SETTINGS);
  }

  private List<InFlightRequest<?>> cut(BatchSettings settings) {
    return queue.cut(
        new Capacity(
            settings.maxTokens(), settings.maxRequests(), 16, 1_000_000_000, true, device));
  }

  private static InFlightRequest<?> score(Share share, int length) {
    return new InFlightRequest<>(
        Request.score(new int[length], TestingRequests.TRIE), share, new ConcurrentHashMap<>());
  }

  @Property(tries = 300)
  void clientsThatAlwaysHaveWorkHaveTheirSharesOfTheTokens(
      @ForAll @Size(min = 2, max = 4) List<@DoubleRange(min = 0.2, max = 5) Double> weights,
      @ForAll @Size(4) List<@IntRange(min = 1, max = 60) Integer> lengths) {
    queue = new FairQueue(SETTINGS);
    Map<Share, Long> served = new HashMap<>();
    for (int client = 0; client < weights.size(); client++) {
      Share share = new Share("client " + client, weights.get(client), 0);
      int length = lengths.get(client);
      served.put(share, 0L);
      for (int i = 0; i < 20; i++) {
        queue.add(share, score(share, length));
      }
    }
    for (int batch = 0; batch < 200; batch++) {
      for (InFlightRequest<?> one : cut()) {
        served.merge(one.share(), (long) one.request().tokens(), Long::sum);
        queue.add(one.share(), score(one.share(), one.request().length()));
      }
    }
    double most = 0;
    double least = Double.MAX_VALUE;
    for (Map.Entry<Share, Long> entry : served.entrySet()) {
      double share = entry.getValue() / entry.getKey().weight();
      most = Math.max(most, share);
      least = Math.min(least, share);
    }
    double lightest = weights.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    assertThat(most - least).isLessThanOrEqualTo(2 * (200 + 16 * 4 + 64) / lightest);
  }

  @Property(tries = 300)
  void aBatchKeepsToTheBoundsAndHasLittlePadding(
      @ForAll @Size(min = 1, max = 200) List<@IntRange(min = 1, max = 300) Integer> lengths) {
    queue = new FairQueue(SETTINGS);
    Share share = Share.DEFAULT;
    lengths.forEach(length -> queue.add(share, score(share, length)));
    int answered = 0;
    while (answered < lengths.size()) {
      List<InFlightRequest<?>> batch = cut();
      assertThat(batch).isNotEmpty();
      answered += batch.size();
      int longest = batch.stream().mapToInt(one -> one.request().length()).max().orElseThrow();
      int real = batch.stream().mapToInt(one -> one.request().length()).sum();
      int padded = longest * batch.size();
      assertThat(batch.size()).isLessThanOrEqualTo(16);
      assertThat(batch.size() == 1 || padded <= 200).isTrue();
      assertThat(padded - real).isLessThanOrEqualTo(Math.max(real / 20, 200 / 200));
    }
    assertThat(cut()).isEmpty();
    assertThat(queue.requests()).isZero();
    assertThat(queue.tokens()).isZero();
  }

  /** Texts of messages: log-normal around 90 tokens, with a tail to 512. */
  @Test
  void paddingIsATwentiethOfWhatIsEncoded() {
    BatchSettings settings = TestingRequests.settings(4096, 64, Duration.ofMillis(5));
    queue = new FairQueue(settings);
    Random random = new Random(5);
    for (int i = 0; i < 256; i++) {
      queue.add(Share.DEFAULT, score(Share.DEFAULT, length(random)));
    }
    Encoded encoded = new Encoded();
    for (int batches = 0; batches < 500; batches++) {
      List<InFlightRequest<?>> batch = cut(settings);
      encoded.add(batch);
      batch.forEach(one -> queue.add(Share.DEFAULT, score(Share.DEFAULT, length(random))));
    }
    assertThat(encoded.padding()).isLessThanOrEqualTo(0.05);
    assertThat((double) encoded.tokens / encoded.batches)
        .as("tokens of a batch")
        .isGreaterThan(4096 / 3);
  }

  /** All that waits is encoded, however little of it is alike. */
  @ParameterizedTest
  @ValueSource(ints = {32, 64, 500})
  void paddingOfABurstIsATwentiethToo(int burst) {
    BatchSettings settings = TestingRequests.settings(4096, 64, Duration.ofMillis(5));
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      queue = new FairQueue(settings);
      for (int i = 0; i < burst; i++) {
        queue.add(Share.DEFAULT, score(Share.DEFAULT, length(random)));
      }
      Encoded encoded = new Encoded();
      while (queue.requests() > 0) {
        List<InFlightRequest<?>> batch = cut(settings);
        encoded.add(batch);
      }
      assertThat(encoded.padding()).as("seed " + seed).isLessThanOrEqualTo(0.05);
      assertThat(encoded.batches).isLessThan(burst * 3 / 4);
    }
  }

  private static int length(Random random) {
    return (int) Math.min(512, Math.max(4, Math.exp(4.5 + 0.6 * random.nextGaussian())));
  }

  @Test
  void aFloodOfOneClientDoesNotHoldUpAnother() {
    Share flood = new Share("backfill", 1, 0);
    Share live = new Share("live", 1, 0);
    for (int i = 0; i < 10_000; i++) {
      queue.add(flood, score(flood, 20));
    }
    for (int batch = 0; batch < 100; batch++) {
      cut();
    }
    queue.add(live, score(live, 50));
    assertThat(cut()).anyMatch(one -> one.share().equals(live));
  }

  @Test
  void aClientThatHadNothingToDoHasSavedNothingUp() {
    Share busy = new Share("busy", 1, 0);
    Share late = new Share("late", 1, 0);
    for (int i = 0; i < 10_000; i++) {
      queue.add(busy, score(busy, 20));
    }
    for (int batch = 0; batch < 100; batch++) {
      cut();
    }
    for (int i = 0; i < 10_000; i++) {
      queue.add(late, score(late, 20));
    }
    assertThat(share(late, 50, this::cut)).isBetween(0.4, 0.6);
  }

  @Test
  void aHigherPriorityGoesFirstButTheLowerDoesNotStarve() {
    Share high = new Share("live", 1, 5);
    Share low = new Share("backfill", 1, 0);
    for (int i = 0; i < 2_000; i++) {
      queue.add(low, score(low, 10));
    }
    for (int i = 0; i < 2_000; i++) {
      queue.add(high, score(high, 50));
    }
    List<InFlightRequest<?>> first = cut();
    assertThat(first).allMatch(one -> one.share().equals(high));
    int batchesOfTheLow = 0;
    for (int batch = 0; batch < 160; batch++) {
      batchesOfTheLow += cut().get(0).share().equals(low) ? 1 : 0;
    }
    assertThat(batchesOfTheLow).isEqualTo(20);
  }

  @Test
  void whatDecodesWaitsForARowAndLetsOthersPass() {
    Share share = Share.DEFAULT;
    InFlightRequest<?> decoding =
        new InFlightRequest<>(TestingRequests.generate(9, 6, 1), share, new ConcurrentHashMap<>());
    InFlightRequest<?> score = score(share, 2);
    queue.add(share, decoding);
    queue.add(share, score);
    assertThat(queue.cut(new Capacity(200, 16, 0, 1_000, false, device))).containsExactly(score);
    assertThat(queue.cut(new Capacity(200, 16, 1, 12, false, device))).isEmpty();
    assertThat(queue.cut(new Capacity(200, 16, 1, 13, false, device))).containsExactly(decoding);
  }

  @Test
  void aRequestInTwoLinesIsTakenOnce() {
    Share other = new Share("other", 1, 2);
    InFlightRequest<?> both = score(Share.DEFAULT, 4);
    queue.add(Share.DEFAULT, both);
    queue.add(other, both);
    assertThat(cut()).containsExactly(both);
    assertThat(both.client().share()).isEqualTo(other);
    assertThat(cut()).isEmpty();
    assertThat(queue.patience(0, true)).isEqualTo(Long.MAX_VALUE);
  }

  private static double share(Share share, int batches, Supplier<List<InFlightRequest<?>>> cut) {
    List<InFlightRequest<?>> all = new ArrayList<>();
    for (int batch = 0; batch < batches; batch++) {
      all.addAll(cut.get());
    }
    return all.stream().filter(one -> one.share().equals(share)).count() / (double) all.size();
  }

  /** Tokens of batches, with their padding. */
  private static final class Encoded {
    private int batches;
    private long tokens;
    private long padded;

    void add(List<InFlightRequest<?>> batch) {
      batches++;
      tokens += batch.stream().mapToInt(one -> one.request().length()).sum();
      padded +=
          (long) batch.size()
              * batch.stream().mapToInt(one -> one.request().length()).max().orElseThrow();
    }

    double padding() {
      return (double) (padded - tokens) / padded;
    }
  }
}
