package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.DeadLetters;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.JobNotices;
import io.flanstream.operators.record.KafkaRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Kafka records to events; what cannot be one goes to the dead letters, tombstones pass.
 *
 * <p>It remembers which topics they are of: the offsets of a Flink checkpoint say nothing about a
 * topic that was made anew since, and records of it would be skipped.
 */
public final class IngestFunction extends ProcessFunction<KafkaRecord, SourcedEvent>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1L;

  private final PayloadForm form;
  private final HashMap<String, PayloadForm> topics;
  private final TopicIdentity topic;
  private transient EventReader reader;
  private transient Map<String, EventReader> readers;
  private transient FieldMatches matches;
  private transient ListState<String> known;
  private transient Set<String> identity;

  /**
   * Reads values of one form.
   *
   * @param form how they are written
   */
  public IngestFunction(PayloadForm form) {
    this(form, TopicIdentity.none());
  }

  /**
   * Reads values of one form, and knows of which topics.
   *
   * @param form how they are written
   * @param topic which topics they are read from
   */
  public IngestFunction(PayloadForm form, TopicIdentity topic) {
    this(form, Map.of(), topic);
  }

  /**
   * Reads values of several forms.
   *
   * @param form how they are written
   * @param topics how those of some topics are written instead, by their names
   * @param topic which topics they are read from
   */
  public IngestFunction(PayloadForm form, Map<String, PayloadForm> topics, TopicIdentity topic) {
    this.form = form;
    this.topics = new HashMap<>(topics);
    this.topic = topic;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    known =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("topic-id", Types.STRING));
    Set<String> before = new TreeSet<>();
    known.get().forEach(before::add);
    identity = new TreeSet<>(topic.ask());
    if (TopicIdentity.changed(before, identity).isPresent()) {
      // A restart would find it the same.
      throw new SuppressRestartsException(
          new IllegalStateException(
              "Cannot go on from the Flink checkpoint: its source topic must be the one that it was taken of, %s, got %s: the topic was made anew since, and the offsets say nothing about it; start without the checkpoint"
                  .formatted(String.join(", ", before), String.join(", ", identity))));
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    if (!identity.isEmpty()) {
      known.update(
          getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0
              ? List.copyOf(identity)
              : List.of());
    }
  }

  @Override
  public void open(OpenContext context) {
    matches = new FieldMatches(form.fields());
    reader = new EventReader(form).noting(matches);
    readers = new HashMap<>();
    topics.forEach((name, own) -> readers.put(name, new EventReader(own).noting(matches)));
  }

  @Override
  public void processElement(KafkaRecord record, Context context, Collector<SourcedEvent> out) {
    try {
      EventReader own = readers.getOrDefault(record.topic(), reader);
      out.collect(new SourcedEvent(record, own.read(record)));
    } catch (RejectedRecordException e) {
      context.output(DeadLetters.TAG, DeadLetters.of(record, e.reason(), e.getMessage()));
    }
    if (matches != null && matches.isComplete()) {
      matches
          .notes()
          .forEach(
              (path, note) ->
                  JobNotices.say(getRuntimeContext().getJobInfo().getJobId(), path, note));
      matches = null;
    }
  }
}
