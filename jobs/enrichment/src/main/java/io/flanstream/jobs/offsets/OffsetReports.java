package io.flanstream.jobs.offsets;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.runtime.taskexecutor.GlobalAggregateManager;
import org.apache.flink.streaming.api.operators.StreamingRuntimeContext;
import org.apache.kafka.common.TopicPartition;

/**
 * Takes what a subtask tells to the {@link OffsetLedger}, which the JobManager keeps for the job.
 * Each call waits for the JobManager's answer.
 *
 * <p>Reports travel as an array of numbers and one of topics, those of the partitions among the
 * numbers: Flink reads them with a class loader that does not know the job.
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
  record Safe(boolean isNew, long checkpoint, Map<TopicPartition, Long> byPartition) {}

  /** Tells of partitions at a checkpoint. */
  void tell(Kind kind, long checkpoint, Map<TopicPartition, Long> byPartition) throws IOException {
    Safe unused = send(message(kind.ordinal(), checkpoint, byPartition));
  }

  /** Tells of this subtask of an operator at a checkpoint. */
  Safe tell(Kind kind, long checkpoint, int operator, long count) throws IOException {
    long[] numbers = {kind.ordinal(), checkpoint, (long) operator << Integer.SIZE | subtask, count};
    return send(new Object[] {numbers, new String[0]});
  }

  /** Asks for what is safe. */
  Safe ask() throws IOException {
    return send(message(Kind.ASKED.ordinal(), 0, Map.of()));
  }

  private Safe send(Object[] report) throws IOException {
    Object[] answer = jobManager.updateGlobalAggregate(LEDGER, report, new Keeping(job));
    long[] numbers = (long[]) answer[0];
    return new Safe(numbers[0] != 0, numbers[1], partitions(answer));
  }

  private static Object[] message(long first, long second, Map<TopicPartition, Long> byPartition) {
    long[] numbers = new long[2 + 2 * byPartition.size()];
    String[] topics = new String[byPartition.size()];
    numbers[0] = first;
    numbers[1] = second;
    int at = 0;
    for (Map.Entry<TopicPartition, Long> entry : byPartition.entrySet()) {
      topics[at] = entry.getKey().topic();
      numbers[2 + 2 * at] = entry.getKey().partition();
      numbers[3 + 2 * at] = entry.getValue();
      at++;
    }
    return new Object[] {numbers, topics};
  }

  private static Map<TopicPartition, Long> partitions(Object[] message) {
    long[] numbers = (long[]) message[0];
    String[] topics = (String[]) message[1];
    Map<TopicPartition, Long> byPartition = new HashMap<>();
    for (int at = 0; at < topics.length; at++) {
      byPartition.put(
          new TopicPartition(topics[at], (int) numbers[2 + 2 * at]), numbers[3 + 2 * at]);
    }
    return byPartition;
  }

  /** The ledger and whether the last report made a checkpoint safe. */
  private static final class Kept {
    private final OffsetLedger<TopicPartition> ledger = new OffsetLedger<>();
    private boolean isNew;
  }

  /** Enters reports in the ledger, on the JobManager. */
  private static final class Keeping implements AggregateFunction<Object[], Kept, Object[]> {
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
    public Kept add(Object[] message, Kept kept) {
      long[] report = (long[]) message[0];
      long checkpoint = report[1];
      kept.isNew = false;
      switch (KINDS[(int) report[0]]) {
        case READ -> kept.ledger.read(checkpoint, partitions(message));
        case KNOWN -> kept.ledger.known(checkpoint, partitions(message));
        case IN_FLIGHT -> kept.ledger.inFlight(checkpoint, partitions(message));
        case JOINED -> kept.ledger.joined(checkpoint, report[2]);
        case BEGUN -> kept.ledger.begun(report[2], report[3]);
        case COUNTED -> kept.ledger.counted(checkpoint, report[2], report[3]);
        case COMMITTED -> kept.isNew = kept.ledger.committed(checkpoint, report[2]);
        case ASKED -> {}
      }
      return kept;
    }

    @Override
    public Object[] getResult(Kept kept) {
      Map<TopicPartition, Long> offsets = kept.ledger.offsets();
      RunCounts.publish(
          job,
          new RunCounts(
              kept.ledger.count(SOURCE), kept.ledger.count(0), kept.ledger.count(1), offsets));
      return message(kept.isNew ? 1 : 0, kept.ledger.safe().orElse(Long.MIN_VALUE), offsets);
    }

    @Override
    public Kept merge(Kept one, Kept other) {
      throw new UnsupportedOperationException("Cannot merge ledgers: a job has one");
    }
  }
}
