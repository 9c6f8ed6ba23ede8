package io.flanstream.jobs.offsets;

import io.flanstream.operators.serialize.OutboundRecord;
import java.util.Properties;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes the operator in front of a sink that commits the group's offsets behind it. */
public final class CommitOffsetsFactory extends AbstractStreamOperatorFactory<OutboundRecord>
    implements OneInputStreamOperatorFactory<OutboundRecord, OutboundRecord> {
  private static final long serialVersionUID = 1L;

  private final Properties client;
  private final String group;
  private final String topic;
  private final int sink;

  /**
   * Commits offsets.
   *
   * @param client which Kafka, and as whom
   * @param group the consumer group
   * @param topic what the job reads, for people
   * @param sink number of the sink behind it, of its own in the job
   */
  public CommitOffsetsFactory(Properties client, String group, String topic, int sink) {
    this.client = client;
    this.group = group;
    this.topic = topic;
    this.sink = sink;
    this.chainingStrategy = ChainingStrategy.ALWAYS;
  }

  @Override
  @SuppressWarnings("unchecked") // As Flink's own factories do.
  public <T extends StreamOperator<OutboundRecord>> T createStreamOperator(
      StreamOperatorParameters<OutboundRecord> parameters) {
    return (T) new CommitOffsetsOperator(parameters, client, group, topic, sink);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
    return CommitOffsetsOperator.class;
  }
}
