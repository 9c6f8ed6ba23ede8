package io.flanstream.jobs.offsets;

import io.flanstream.jobs.offsets.OffsetReports.Kind;
import io.flanstream.jobs.offsets.OffsetReports.Safe;
import io.flanstream.operators.serialize.OutboundRecord;
import java.io.IOException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes records to the sink that it is chained to, tells when the sink has committed a Flink
 * checkpoint, and commits the group's offsets where that made some safe.
 *
 * <p>Flink tells a task's operators of a complete checkpoint from the sink up, and goes on to the
 * next where one fails; then the task fails. So the report is a mail to the task itself, which it
 * reads only while it lives: also the last one, after the checkpoint that ends the task.
 *
 * <p>Two subtasks can commit at a time, and Kafka may hear the newer one first: whoever has
 * committed asks for what is safe again, and commits that where it is newer.
 */
final class CommitOffsetsOperator extends AbstractStreamOperator<OutboundRecord>
    implements OneInputStreamOperator<OutboundRecord, OutboundRecord> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(CommitOffsetsOperator.class);

  private final transient MailboxExecutor mailbox;
  private final Properties client;
  private final String group;
  private final String topic;
  private final int sink;
  private transient ListState<Long> state;
  private transient long count;
  private transient OffsetReports reports;
  private transient GroupOffsets offsets;
  private transient Counter commits;
  private transient Counter failedCommits;
  private transient CompletableFuture<Void> running;
  private transient long lastCommitted;
  private transient boolean isFailing;

  CommitOffsetsOperator(
      StreamOperatorParameters<OutboundRecord> parameters,
      Properties client,
      String group,
      String topic,
      int sink) {
    super(parameters);
    this.mailbox = parameters.getMailboxExecutor();
    this.client = client;
    this.group = group;
    this.topic = topic;
    this.sink = sink;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("count", Types.LONG));
    for (Long part : state.get()) {
      count += part;
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    reports = OffsetReports.of(getRuntimeContext());
    Safe unused = reports.tell(Kind.BEGUN, 0, sink, count);
    running = CompletableFuture.completedFuture(null);
    lastCommitted = Long.MIN_VALUE;
    commits = getMetricGroup().counter("offsetCommits");
    failedCommits = getMetricGroup().counter("offsetCommitsFailed");
  }

  @Override
  public void processElement(StreamRecord<OutboundRecord> record) {
    count++;
    output.collect(record);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    state.update(List.of(count));
    Safe unusedCount = reports.tell(Kind.COUNTED, context.getCheckpointId(), sink, count);
    Safe unused = reports.tell(Kind.JOINED, context.getCheckpointId(), sink, 0);
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) throws Exception {
    super.notifyCheckpointComplete(checkpoint);
    mail(() -> commit(reports.tell(Kind.COMMITTED, checkpoint, sink, 0)), "offsets");
  }

  @Override
  public void close() throws Exception {
    try {
      if (running != null) {
        await();
      }
    } finally {
      if (offsets != null) {
        offsets.close();
      }
      super.close();
    }
  }

  private void commit(Safe safe) {
    if (safe.isNew() && running.isDone()) {
      start(safe);
    }
  }

  /** What became safe while a commit was under way, whoever learnt of it. */
  private void commitNewer() throws IOException {
    if (running.isDone() && !running.isCompletedExceptionally()) {
      Safe safe = reports.ask();
      if (safe.checkpoint() > lastCommitted) {
        start(safe);
      }
    }
  }

  private void start(Safe safe) {
    lastCommitted = safe.checkpoint();
    if (safe.byPartition().isEmpty()) {
      return;
    }
    if (offsets == null) {
      offsets = new GroupOffsets(client, group);
    }
    running = offsets.commit(safe.byPartition()).toCompletableFuture();
    var unusedEnd = running.whenComplete((nothing, thrown) -> mail(() -> ended(thrown), "offsets"));
  }

  private void ended(Throwable thrown) throws IOException {
    count(thrown);
    commitNewer();
  }

  private void count(Throwable thrown) {
    if (thrown == null) {
      commits.inc();
      isFailing = false;
      return;
    }
    failedCommits.inc();
    if (!isFailing) {
      isFailing = true;
      LOG.warn(
          "Cannot commit offsets of {} for group {}: {}; results are not affected, and it is tried again at the next Flink checkpoint",
          topic,
          group,
          thrown.toString());
    }
  }

  private void mail(ThrowingRunnable what, String name) {
    try {
      mailbox.execute(what::run, name);
    } catch (RejectedExecutionException e) {
      // The task ends; what is under way is awaited then.
      LOG.debug("Task has ended", e);
    }
  }

  /** What may fail. */
  private interface ThrowingRunnable {
    void run() throws Exception;
  }

  /** Where the task ends well, the offsets of its last checkpoint are committed when it has. */
  private void await() throws InterruptedException {
    try {
      long until = System.nanoTime() + GroupOffsets.PATIENCE.toNanos();
      for (CompletableFuture<Void> last = null; last != running; ) {
        last = running;
        last.get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        commitNewer();
      }
    } catch (ExecutionException | TimeoutException | IOException e) {
      count(e);
    }
  }
}
