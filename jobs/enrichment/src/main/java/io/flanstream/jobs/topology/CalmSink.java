package io.flanstream.jobs.topology;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sink whose writer does not fail while it closes. Kafka's does where a broker refused several
 * records, of which the first failed the task; Flink takes a failure while a task is cleaned up for
 * one of the process, and ends the TaskManager with all that runs there. Nothing is lost without
 * the failure, where what is written is committed with Flink's checkpoints: what was not flushed
 * for one is written again.
 *
 * @param <T> type of the records
 * @param <S> type of the writer's state
 * @param <C> type of what is committed
 */
final class CalmSink<T, S, C>
    implements Sink<T>,
        SupportsWriterState<T, S>,
        SupportsCommitter<C>,
        SupportsPostCommitTopology<C>,
        LineageVertexProvider {
  private static final Logger LOG = LoggerFactory.getLogger(CalmSink.class);
  private static final long serialVersionUID = 1;

  private final Sink<T> sink;
  private final SupportsWriterState<T, S> state;
  private final SupportsCommitter<C> committer;
  private final SupportsPostCommitTopology<C> topology;
  private final LineageVertexProvider lineage;

  /**
   * Wraps a sink.
   *
   * @param sink which keeps state, commits, and tells its lineage
   */
  <
          K extends
              Sink<T> & SupportsWriterState<T, S> & SupportsCommitter<C>
                  & SupportsPostCommitTopology<C> & LineageVertexProvider>
      CalmSink(K sink) {
    this.sink = sink;
    this.state = sink;
    this.committer = sink;
    this.topology = sink;
    this.lineage = sink;
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
    return new Writer<>(sink.createWriter(context));
  }

  @Override
  public StatefulSinkWriter<T, S> restoreWriter(WriterInitContext context, Collection<S> recovered)
      throws IOException {
    return new Writer<>(state.restoreWriter(context, recovered));
  }

  @Override
  public SimpleVersionedSerializer<S> getWriterStateSerializer() {
    return state.getWriterStateSerializer();
  }

  @Override
  public Committer<C> createCommitter(CommitterInitContext context) throws IOException {
    return committer.createCommitter(context);
  }

  @Override
  public SimpleVersionedSerializer<C> getCommittableSerializer() {
    return committer.getCommittableSerializer();
  }

  @Override
  public void addPostCommitTopology(DataStream<CommittableMessage<C>> committables) {
    topology.addPostCommitTopology(committables);
  }

  @Override
  public LineageVertex getLineageVertex() {
    return lineage.getLineageVertex();
  }

  private static final class Writer<T, S, C>
      implements StatefulSinkWriter<T, S>, CommittingSinkWriter<T, C> {
    private final SinkWriter<T> writer;
    private final StatefulSinkWriter<T, S> stateful;
    private final CommittingSinkWriter<T, C> committing;

    @SuppressWarnings("unchecked") // Flink asks the same of the writer of a sink that commits.
    Writer(SinkWriter<T> writer) {
      this.writer = writer;
      this.stateful = (StatefulSinkWriter<T, S>) writer;
      this.committing = (CommittingSinkWriter<T, C>) writer;
    }

    @Override
    public void write(T element, Context context) throws IOException, InterruptedException {
      writer.write(element, context);
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
      writer.flush(endOfInput);
    }

    @Override
    public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
      writer.writeWatermark(watermark);
    }

    @Override
    public Collection<C> prepareCommit() throws IOException, InterruptedException {
      return committing.prepareCommit();
    }

    @Override
    public List<S> snapshotState(long checkpointId) throws IOException {
      return stateful.snapshotState(checkpointId);
    }

    @Override
    public void close() {
      try {
        writer.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        LOG.warn("A sink failed while it closed; what is not committed will be written again", e);
      }
    }
  }
}
