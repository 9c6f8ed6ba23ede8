package io.flanstream.jobs.bench;

import io.flanstream.jobs.bench.CostFit.Cost;
import io.flanstream.model.batch.DeviceCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Calls of a model's devices, each of which has a thread of its own. Thread-safe. */
final class CallLog implements Consumer<DeviceCall> {
  private final List<DeviceCall> calls = new ArrayList<>();
  private final Map<Thread, Batch> current = new HashMap<>();
  private final List<Batch> batches = new ArrayList<>();

  @Override
  public synchronized void accept(DeviceCall call) {
    calls.add(call);
    if (call.phase() == DeviceCall.Phase.ENCODE) {
      Batch batch = new Batch(call.records(), call.tokens());
      batches.add(batch);
      current.put(Thread.currentThread(), batch);
    }
    if (call.phase() != DeviceCall.Phase.DECODE) {
      current.get(Thread.currentThread()).nanos += call.nanos();
    }
  }

  /** Time of a phase's calls over their tokens. */
  synchronized CostFit fit(DeviceCall.Phase phase) {
    return CostFit.of(
        calls.stream()
            .filter(call -> call.phase() == phase)
            .map(call -> new Cost(call.tokens(), call.nanos()))
            .toList());
  }

  /** Time of a record, encoding and scoring, over its prompt's tokens: means of each batch. */
  synchronized CostFit fitOfRecords() {
    return CostFit.of(
        batches.stream()
            .map(
                batch ->
                    new Cost(
                        (double) batch.tokens / batch.records,
                        (double) batch.nanos / batch.records))
            .toList());
  }

  private static final class Batch {
    private final int records;
    private final long tokens;
    private long nanos;

    Batch(int records, long tokens) {
      this.records = records;
      this.tokens = tokens;
    }
  }
}
