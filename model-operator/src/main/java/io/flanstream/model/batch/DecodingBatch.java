package io.flanstream.model.batch;

import io.flanstream.model.device.DecoderStep;
import io.flanstream.model.device.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The requests that decode: they join after their encoding, leave at the step that ends them, and
 * leave too when nobody waits for them any more.
 *
 * <p>Owns the decoder, which is open while there is a row. Not thread-safe.
 */
final class DecodingBatch {
  private final Device device;
  private final Answers answers;
  private final RuntimeMetrics metrics;
  private final List<Row> rows = new ArrayList<>();
  private final DecoderStep step = new DecoderStep();
  private Device.Decoder decoder;

  DecodingBatch(Device device, Answers answers, RuntimeMetrics metrics) {
    this.device = device;
    this.answers = answers;
    this.metrics = metrics;
  }

  int size() {
    return rows.size();
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Bytes of cache that the rows hold once each is one position on. */
  long bytes() {
    return decoder == null ? 0 : decoder.bytes();
  }

  /** Takes neighbouring records of an encoding; if that fails, {@link #giveUp()} must follow. */
  void join(Device.Encoding encoding, int start, List<Pending<?>> joining) {
    if (decoder == null) {
      decoder = device.startDecoding();
    }
    decoder.join(encoding, IntStream.range(start, start + joining.size()).toArray());
    joining.forEach(one -> rows.add(Row.of(one)));
    tellLevels();
  }

  /**
   * Lets go of the rows that came last until the caches of the others fit, or one row is left. So
   * the oldest always goes on; what it has no room for begins again later.
   *
   * @param bytes what the caches may take
   * @return those that were let go of
   */
  List<Pending<?>> makeRoom(long bytes) {
    List<Pending<?>> gone = new ArrayList<>();
    while (rows.size() > 1 && bytes() > bytes) {
      int latest = 0;
      for (int place = 1; place < rows.size(); place++) {
        latest = arrived(place) - arrived(latest) > 0 ? place : latest;
      }
      gone.add(rows.get(latest).pending());
      leave(latest);
    }
    return gone;
  }

  private long arrived(int place) {
    return rows.get(place).pending().arrivedNanos();
  }

  /**
   * Goes one position on; if that fails, {@link #giveUp()} must follow. A row whose constraint
   * fails does so alone.
   */
  void step() {
    step.resize(rows.size());
    for (int place = rows.size() - 1; place >= 0; place--) {
      if (rows.get(place).pending().isAbandoned() || !asks(place)) {
        leave(place);
        step.remove(place);
      }
    }
    if (!rows.isEmpty()) {
      decoder.step(step);
      for (int place = rows.size() - 1; place >= 0; place--) {
        rows.get(place).pending().client().charge(1);
        if (ends(place)) {
          leave(place);
        }
      }
    }
    if (rows.isEmpty()) {
      close();
    } else {
      tellLevels();
    }
  }

  private void tellLevels() {
    metrics.set(RuntimeMetric.DECODING_ROWS, rows.size());
    metrics.set(RuntimeMetric.CACHE_BYTES, bytes());
  }

  private boolean asks(int place) {
    Row row = rows.get(place);
    try {
      row.ask(step, place);
      return true;
    } catch (RuntimeException e) {
      answers.fail(row.pending(), e);
      return false;
    }
  }

  private boolean ends(int place) {
    Row row = rows.get(place);
    try {
      boolean ended = row.read(step, place);
      if (ended) {
        answers.add(row.pending(), row::answer);
      }
      return ended;
    } catch (RuntimeException e) {
      answers.fail(row.pending(), e);
      return true;
    }
  }

  private void leave(int place) {
    Row last = rows.remove(rows.size() - 1);
    if (place < rows.size()) {
      rows.set(place, last);
    }
    decoder.leave(place);
  }

  /** Lets go of all rows, and gives back those that are to be tried again. */
  List<Pending<?>> giveUp() {
    List<Pending<?>> left = new ArrayList<>(rows.stream().map(Row::pending).toList());
    close();
    return left;
  }

  /** Closes the decoder; the rows stay unanswered. */
  void close() {
    rows.clear();
    if (decoder != null) {
      Device.Decoder closed = decoder;
      decoder = null;
      tellLevels();
      closed.close();
    }
  }
}
