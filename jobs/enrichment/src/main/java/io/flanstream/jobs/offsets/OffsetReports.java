package io.flanstream.jobs.offsets;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.runtime.taskexecutor.GlobalAggregateManager;
import org.apache.flink.streaming.api.operators.StreamingRuntimeContext;

/**
 * Takes what a subtask tells to the {@link OffsetLedger}, which the JobManager keeps for the job.
 * Each call waits for the JobManager's answer.
 *
 * <p>Reports travel as numbers: Flink reads them with a class loader that does not know the job.
 */
final class OffsetReports {
  private static final String LEDGER = "flanstream-offsets";

  /** Number of the operator that counts what is read; the sinks are 0 and 1. */
  static final int SOURCE = 2;

  private final GlobalAggregateManager jobManager;
  private final String job;
  private final int subtask;

  private OffsetReports(GlobalAggregateManager jobManager, String job, int subtask) {
    this.jobManager = jobManager;
    this.job = job;
    this.subtask = subtask;
  }

  /** Reports of a subtask. */
  static OffsetReports of(RuntimeContext context) {
    return new OffsetReports(
        ((StreamingRuntimeContext) context).getGlobalAggregateManager(),
        context.getJobInfo().getJobId().toString(),
        context.getTaskInfo().getIndexOfThisSubtask());
  }

  /** What a report is about. */
  enum Kind {
    /** {@link OffsetLedger#read}. */
    READ,
    /** {@link OffsetLedger#known}. */
    KNOWN,
    /** {@link OffsetLedger#inFlight}. */
    IN_FLIGHT,
    /** {@link OffsetLedger#joined}. */
    JOINED,
    /** {@link OffsetLedger#begun}. */
    BEGUN,
    /** {@link OffsetLedger#counted}. */
    COUNTED,
    /** {@link OffsetLedger#committed}. */
    COMMITTED,
    /** Nothing is told, the offsets are asked for. */
    ASKED
  }

  /**
   * What is safe to commit.
   *
   * @param isNew whether the report made it so
   * @param checkpoint the latest checkpoint that is safe
   * @param byPartition its offsets
   */
  record Safe(boolean isNew, long checkpoint, Map<Integer, Long> byPartition) {}

  /** Tells of partitions at a checkpoint. */
  void tell(Kind kind, long checkpoint, Map<Integer, Long> byPartition) throws IOException {
    long[] report = new long[2 + 2 * byPartition.size()];
    report[0] = kind.ordinal();
    report[1] = checkpoint;
    put(byPartition, report);
    Safe unused = send(report);
  }

  /** Tells of this subtask of an operator at a checkpoint. */
  Safe tell(Kind kind, long checkpoint, int operator, long count) throws IOException {
    return send(
        new long[] {kind.ordinal(), checkpoint, (long) operator << Integer.SIZE | subtask, count});
  }

  /** Asks for what is safe. */
  Safe ask() throws IOException {
    return send(new long[] {Kind.ASKED.ordinal(), 0});
  }

  private Safe send(long[] report) throws IOException {
    long[] answer = jobManager.updateGlobalAggregate(LEDGER, report, new Keeping(job));
    return new Safe(answer[0] != 0, answer[1], partitions(answer));
  }

  private static void put(Map<Integer, Long> byPartition, long[] numbers) {
    int at = 2;
    for (Map.Entry<Integer, Long> entry : byPartition.entrySet()) {
      numbers[at++] = entry.getKey();
      numbers[at++] = entry.getValue();
    }
  }

  private static Map<Integer, Long> partitions(long[] numbers) {
    Map<Integer, Long> byPartition = new TreeMap<>();
    for (int at = 2; at < numbers.length; at += 2) {
      byPartition.put((int) numbers[at], numbers[at + 1]);
    }
    return byPartition;
  }

  /** The ledger and whether the last report made a checkpoint safe. */
  private static final class Kept {
    private final OffsetLedger ledger = new OffsetLedger();
    private boolean isNew;
  }

  /** Enters reports in the ledger, on the JobManager. */
  private static final class Keeping implements AggregateFunction<long[], Kept, long[]> {
    private static final long serialVersionUID = 1L;
    private static final Kind[] KINDS = Kind.values();

    private final String job;

    private Keeping(String job) {
      this.job = job;
    }

    @Override
    public Kept createAccumulator() {
      return new Kept();
    }

    @Override
    public Kept add(long[] report, Kept kept) {
      long checkpoint = report[1];
      kept.isNew = false;
      switch (KINDS[(int) report[0]]) {
        case READ -> kept.ledger.read(checkpoint, partitions(report));
        case KNOWN -> kept.ledger.known(checkpoint, partitions(report));
        case IN_FLIGHT -> kept.ledger.inFlight(checkpoint, partitions(report));
        case JOINED -> kept.ledger.joined(checkpoint, report[2]);
        case BEGUN -> kept.ledger.begun(report[2], report[3]);
        case COUNTED -> kept.ledger.counted(checkpoint, report[2], report[3]);
        case COMMITTED -> kept.isNew = kept.ledger.committed(checkpoint, report[2]);
        case ASKED -> {}
      }
      return kept;
    }

    @Override
    public long[] getResult(Kept kept) {
      Map<Integer, Long> offsets = kept.ledger.offsets();
      long[] answer = new long[2 + 2 * offsets.size()];
      answer[0] = kept.isNew ? 1 : 0;
      answer[1] = kept.ledger.safe().orElse(Long.MIN_VALUE);
      put(offsets, answer);
      RunCounts.publish(
          job,
          new RunCounts(
              kept.ledger.count(SOURCE), kept.ledger.count(0), kept.ledger.count(1), offsets));
      return answer;
    }

    @Override
    public Kept merge(Kept one, Kept other) {
      throw new UnsupportedOperationException("Cannot merge ledgers: a job has one");
    }
  }
}
