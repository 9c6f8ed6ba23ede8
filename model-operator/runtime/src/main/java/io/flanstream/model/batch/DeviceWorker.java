package io.flanstream.model.batch;

import io.flanstream.model.device.Device;
import io.flanstream.model.device.DeviceException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the scheduler's thread does on the device, and what it does when that fails.
 *
 * <p>A batch that cannot be encoded or scored is halved until the guilty request is alone. A step
 * that fails takes the caches of all its rows with it: they begin again in halves, one half at a
 * time and without company, until the guilty one is alone. So do requests for which there was no
 * memory beside those that decoded, or no more room in the caches' budget. After out of memory the
 * budgets shrink; each batch that goes well widens them a little. Not thread-safe.
 */
final class DeviceWorker {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceWorker.class);

  private final Device device;
  private final BatchSettings settings;
  private final AnswerDispatcher answers;
  private final RuntimeMetrics metrics;
  private final DecodingBatch decoding;
  private final Budget tokens;
  private final Budget cache;
  private final Deque<List<InFlightRequest<?>>> suspects = new ArrayDeque<>();
  private boolean suspicious;
  private boolean filling;
  private long owedNanos;

  DeviceWorker(
      Device device, BatchSettings settings, AnswerDispatcher answers, RuntimeMetrics metrics) {
    this.device = new MeasuredDevice(device, metrics);
    this.settings = settings;
    this.answers = answers;
    this.metrics = metrics;
    this.decoding = new DecodingBatch(this.device, answers, metrics);
    this.tokens = new Budget(settings.maxTokens());
    this.cache =
        new Budget(settings.cacheBytes() > 0 ? settings.cacheBytes() : device.freeBytes() / 2);
    metrics.compute(RuntimeMetric.TOKEN_BUDGET, tokens::current);
    metrics.compute(RuntimeMetric.CACHE_BUDGET_BYTES, cache::current);
  }

  /** Whether there is anything to do before the next batch comes. */
  boolean isBusy() {
    return !decoding.isEmpty() || !suspects.isEmpty();
  }

  /**
   * Whether a batch may come now: not among suspects, and not before decoding has had as much time
   * as the last batch, unless that brought rows.
   */
  boolean isOpen() {
    suspicious &= isBusy();
    return !suspicious && suspects.isEmpty() && (decoding.isEmpty() || owedNanos <= 0);
  }

  /**
   * Whether the last batch brought rows: others may join them before the next step, which costs
   * nearly the same for few rows as for many. Once there is no more room, only steps make some.
   */
  boolean isFilling() {
    return filling;
  }

  /**
   * What there is room for. Rows are given out a quarter at a time, if so many are wanted: encoding
   * for each row that leaves would be encoding one by one.
   *
   * @param wanted requests that wait to decode
   */
  Capacity room(int wanted) {
    int free = settings.maxDecoding() - decoding.size();
    boolean enough = free >= Math.min(wanted, Math.max(1, settings.maxDecoding() / 4));
    return new Capacity(
        (int) tokens.current(),
        settings.maxRequests(),
        enough ? free : 0,
        cache.current() - decoding.bytes(),
        decoding.isEmpty(),
        device);
  }

  /** Encodes a batch, scores what is to be scored, and lets the rest join those that decode. */
  void run(List<InFlightRequest<?>> batch) {
    int rows = decoding.size();
    long start = System.nanoTime();
    encode(batch);
    filling = decoding.size() > rows;
    owedNanos = filling ? 0 : System.nanoTime() - start;
  }

  /** Goes on with what is there: a step, or the next suspects. */
  void proceed() {
    if (decoding.isEmpty()) {
      suspicious = !suspects.isEmpty();
      if (suspicious) {
        encodeInParts(suspects.poll());
      }
      return;
    }
    long start = System.nanoTime();
    try {
      List<InFlightRequest<?>> late = decoding.makeRoom(cache.current());
      if (!late.isEmpty()) {
        metrics.add(RuntimeMetric.PREEMPTED_ROWS, late.size());
        suspects.addLast(late);
      }
      decoding.step();
    } catch (RuntimeException e) {
      long bytes = decoding.bytes();
      List<InFlightRequest<?>> left = decoding.giveUp();
      outOfMemory(e, cache, bytes, left.size());
      tryInHalves(left, e);
    }
    owedNanos -= System.nanoTime() - start;
  }

  /** They may have come from several batches. */
  private void encodeInParts(List<InFlightRequest<?>> group) {
    if (group.size() > 1 && tokens(group) > tokens.current()) {
      int half = group.size() / 2;
      suspects.addFirst(group.subList(half, group.size()));
      suspects.addFirst(group.subList(0, half));
    } else {
      encode(group);
    }
  }

  private static long tokens(List<InFlightRequest<?>> batch) {
    int longest = batch.stream().mapToInt(one -> one.request().length()).max().orElseThrow();
    return (long) longest * batch.size();
  }

  private void encode(List<InFlightRequest<?>> batch) {
    List<InFlightRequest<?>> open = new ArrayList<>(batch);
    open.removeIf(InFlightRequest::isAbandoned);
    if (open.isEmpty()) {
      return;
    }
    Map<Object, List<InFlightRequest<?>>> groups = groups(open);
    List<InFlightRequest<?>> order = new ArrayList<>();
    groups.values().forEach(order::addAll);
    int done = 0;
    try (Device.Encoding encoding =
        device.encode(order.stream().map(one -> one.request().prompt()).toArray(int[][]::new))) {
      metrics.set(RuntimeMetric.CACHE_BYTES, decoding.bytes() + bytes(order));
      for (List<InFlightRequest<?>> group : groups.values()) {
        if (group.get(0).request() instanceof Request.Score score) {
          score(encoding, done, group, score);
        } else {
          join(encoding, done, group);
        }
        done += group.size();
      }
      tokens.recover();
      cache.recover();
    } catch (RuntimeException e) {
      split(order.subList(done, order.size()), e);
    }
    metrics.set(RuntimeMetric.CACHE_BYTES, decoding.bytes());
  }

  private long bytes(List<InFlightRequest<?>> encoded) {
    return tokens(encoded) * device.cacheBytesPerToken();
  }

  /** Requests of the same choices together, those that decode at the end. */
  private static Map<Object, List<InFlightRequest<?>>> groups(List<InFlightRequest<?>> batch) {
    Map<Object, List<InFlightRequest<?>>> groups = new LinkedHashMap<>();
    List<InFlightRequest<?>> decoding = new ArrayList<>();
    for (InFlightRequest<?> one : batch) {
      List<InFlightRequest<?>> group =
          one.request().decodes()
              ? decoding
              : groups.computeIfAbsent(one.request().question(), any -> new ArrayList<>());
      group.add(one);
    }
    if (!decoding.isEmpty()) {
      groups.put(decoding, decoding);
    }
    return groups;
  }

  private void score(
      Device.Encoding encoding, int start, List<InFlightRequest<?>> group, Request.Score score) {
    float[][] edges = device.score(encoding, start, group.size(), score.trie());
    for (int i = 0; i < edges.length; i++) {
      InFlightRequest<?> one = group.get(i);
      float[] scored = edges[i];
      answers.add(
          one,
          () -> {
            NotFiniteException.check("log-probabilities of choices", scored);
            one.answer((Request.Score) one.request(), score.trie().choiceLogprobs(scored));
          });
    }
  }

  private void join(Device.Encoding encoding, int start, List<InFlightRequest<?>> joining) {
    try {
      decoding.join(encoding, start, joining);
    } catch (RuntimeException e) {
      long bytes = decoding.bytes();
      List<InFlightRequest<?>> left = decoding.giveUp();
      outOfMemory(e, cache, bytes, left.size() + joining.size());
      if (left.isEmpty()) {
        tryInHalves(joining, e);
      } else {
        suspects.addFirst(joining);
        suspects.addFirst(left);
      }
    }
  }

  private void split(List<InFlightRequest<?>> left, RuntimeException cause) {
    if (left.isEmpty()) {
      return;
    }
    boolean memory = outOfMemory(cause, tokens, tokens(left), left.size());
    if (left.size() > 1) {
      metrics.add(RuntimeMetric.SPLITS, 1);
      LOG.warn("Split a batch of {} requests: {}", left.size(), cause.getMessage());
      int half = left.size() / 2;
      encode(left.subList(0, half));
      encode(left.subList(half, left.size()));
    } else if (memory && !decoding.isEmpty()) {
      cache.shrink(decoding.bytes());
      suspects.addLast(left);
    } else {
      answers.fail(left.get(0), cause);
    }
  }

  private void tryInHalves(List<InFlightRequest<?>> left, RuntimeException cause) {
    if (left.size() == 1) {
      answers.fail(left.get(0), cause);
      return;
    }
    metrics.add(RuntimeMetric.SPLITS, 1);
    LOG.warn("Begin {} requests again in halves: {}", left.size(), cause.getMessage());
    int half = left.size() / 2;
    suspects.addFirst(left.subList(half, left.size()));
    suspects.addFirst(left.subList(0, half));
  }

  /** Shrinks a budget if memory ran out with company; a fatal failure is not this one's to keep. */
  private boolean outOfMemory(RuntimeException cause, Budget budget, long tried, int requests) {
    if (!(cause instanceof DeviceException failure)) {
      return false;
    }
    if (failure.fatal()) {
      throw failure;
    }
    boolean memory = failure.kind() == DeviceException.Kind.OUT_OF_MEMORY;
    metrics.add(RuntimeMetric.OUT_OF_MEMORY, memory ? 1 : 0);
    if (memory && requests > 1) {
      budget.shrink(tried);
    }
    return memory;
  }

  /** Lets go of what decodes. */
  void close() {
    decoding.close();
  }
}
