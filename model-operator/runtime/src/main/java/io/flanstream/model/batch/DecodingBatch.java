package io.flanstream.model.batch;

import io.flanstream.model.device.DecoderStep;
import io.flanstream.model.device.Device;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The requests that decode: they join after their encoding, leave at the step that ends them, and
 * leave too when nobody waits for them any more. All rows of one request come and go together.
 *
 * <p>Owns the decoder, which is open while there is a row. Not thread-safe.
 */
final class DecodingBatch {
  private final Device device;
  private final AnswerDispatcher answers;
  private final RuntimeMetrics metrics;
  private final List<Row> rows = new ArrayList<>();
  private final Set<InFlightRequest<?>> leaving = new HashSet<>();
  private final DecoderStep step = new DecoderStep();
  private Device.Decoder decoder;

  DecodingBatch(Device device, AnswerDispatcher answers, RuntimeMetrics metrics) {
    this.device = device;
    this.answers = answers;
    this.metrics = metrics;
  }

  /** Rows of the decoder. */
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
  void join(Device.Encoding encoding, int start, List<InFlightRequest<?>> joining) {
    if (decoder == null) {
      decoder = device.startDecoding();
    }
    List<Integer> records = new ArrayList<>();
    List<Row> joined = new ArrayList<>();
    for (int i = 0; i < joining.size(); i++) {
      for (Row row : Row.of(joining.get(i))) {
        records.add(start + i);
        joined.add(row);
      }
    }
    decoder.join(encoding, records.stream().mapToInt(record -> record).toArray());
    rows.addAll(joined);
    tellLevels();
  }

  /**
   * Lets go of the requests that came last until the caches of the others fit, or one is left. So
   * the oldest always goes on; what it has no room for begins again later.
   *
   * @param bytes what the caches may take
   * @return those that were let go of
   */
  List<InFlightRequest<?>> makeRoom(long bytes) {
    List<InFlightRequest<?>> gone = new ArrayList<>();
    while (bytes() > bytes) {
      InFlightRequest<?> latest = rows.get(0).pending();
      boolean company = false;
      for (Row row : rows) {
        company |= row.pending() != latest;
        latest = row.pending().arrivedNanos() - latest.arrivedNanos() > 0 ? row.pending() : latest;
      }
      if (!company) {
        break;
      }
      gone.add(latest);
      leaving.add(latest);
      leaveThose();
    }
    return gone;
  }

  /**
   * Goes one position on; if that fails, {@link #giveUp()} must follow. A request whose constraint
   * fails does so alone.
   */
  void step() {
    askAll();
    if (!rows.isEmpty()) {
      decoder.step(step);
      for (int place = 0; place < rows.size(); place++) {
        InFlightRequest<?> pending = rows.get(place).pending();
        pending.client().charge(1);
        if (!leaving.contains(pending) && ends(place)) {
          leaving.add(pending);
        }
      }
      reorder();
      leaveThose();
    }
    if (rows.isEmpty()) {
      close();
    } else {
      tellLevels();
    }
  }

  /** Rows that leave before the step change the places of others, which then ask once more. */
  private void askAll() {
    do {
      leaveThose();
      step.resize(rows.size());
      for (int place = 0; place < rows.size(); place++) {
        InFlightRequest<?> pending = rows.get(place).pending();
        if (!leaving.contains(pending) && (pending.isAbandoned() || !asks(place))) {
          leaving.add(pending);
        }
      }
    } while (!leaving.isEmpty());
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

  /** Only beams change places, so that most steps copy nothing. */
  private void reorder() {
    int[] parents = null;
    for (int place = 0; place < rows.size(); place++) {
      Row row = rows.get(place);
      int parent = leaving.contains(row.pending()) ? place : row.parent(place);
      if (parent != place) {
        parents = parents == null ? IntStream.range(0, rows.size()).toArray() : parents;
        parents[place] = parent;
      }
    }
    if (parents != null) {
      decoder.reorder(parents);
    }
  }

  private void leaveThose() {
    for (int place = rows.size() - 1; place >= 0 && !leaving.isEmpty(); place--) {
      if (leaving.contains(rows.get(place).pending())) {
        Row last = rows.remove(rows.size() - 1);
        if (place < rows.size()) {
          rows.set(place, last);
        }
        decoder.leave(place);
      }
    }
    leaving.clear();
  }

  /** Lets go of all rows, and gives back those that are to be tried again. */
  List<InFlightRequest<?>> giveUp() {
    List<InFlightRequest<?>> left =
        new ArrayList<>(rows.stream().map(Row::pending).distinct().toList());
    close();
    return left;
  }

  /** Closes the decoder; the rows stay unanswered. */
  void close() {
    rows.clear();
    leaving.clear();
    if (decoder != null) {
      Device.Decoder closed = decoder;
      decoder = null;
      tellLevels();
      closed.close();
    }
  }
}
