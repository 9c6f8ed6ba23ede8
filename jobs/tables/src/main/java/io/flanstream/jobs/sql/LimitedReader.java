package io.flanstream.jobs.sql;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.InputStatus;

/** Reads until it has emitted enough rows. */
@SuppressWarnings("try") // Flink's readers may be interrupted while they close.
final class LimitedReader<T, S extends SourceSplit> implements SourceReader<T, S> {
  private final SourceReader<T, S> reader;
  private long left;
  private CountingReaderOutput counting;

  LimitedReader(SourceReader<T, S> reader, long limit) {
    this.reader = reader;
    this.left = limit;
  }

  @Override
  public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
    if (left <= 0) {
      return InputStatus.END_OF_INPUT;
    }
    if (counting == null) {
      counting = new CountingReaderOutput(output);
    }
    InputStatus status = reader.pollNext(counting);
    return left <= 0 ? InputStatus.END_OF_INPUT : status;
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    return left <= 0 ? CompletableFuture.completedFuture(null) : reader.isAvailable();
  }

  @Override
  public void start() {
    reader.start();
  }

  @Override
  public List<S> snapshotState(long checkpoint) {
    return reader.snapshotState(checkpoint);
  }

  @Override
  public void addSplits(List<S> splits) {
    reader.addSplits(splits);
  }

  @Override
  public void notifyNoMoreSplits() {
    reader.notifyNoMoreSplits();
  }

  @Override
  public void handleSourceEvents(SourceEvent event) {
    reader.handleSourceEvents(event);
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) throws Exception {
    reader.notifyCheckpointComplete(checkpoint);
  }

  @Override
  public void notifyCheckpointAborted(long checkpoint) throws Exception {
    reader.notifyCheckpointAborted(checkpoint);
  }

  @Override
  public void pauseOrResumeSplits(Collection<String> toPause, Collection<String> toResume) {
    reader.pauseOrResumeSplits(toPause, toResume);
  }

  @Override
  public void close() throws Exception {
    reader.close();
  }

  /** Counts what goes to the output of one split. */
  private class CountingOutput<O extends SourceOutput<T>> implements SourceOutput<T> {
    final O output;

    CountingOutput(O output) {
      this.output = output;
    }

    @Override
    public void collect(T row) {
      left--;
      output.collect(row);
    }

    @Override
    public void collect(T row, long timestamp) {
      left--;
      output.collect(row, timestamp);
    }

    @Override
    public void emitWatermark(Watermark watermark) {
      output.emitWatermark(watermark);
    }

    @Override
    public void markIdle() {
      output.markIdle();
    }

    @Override
    public void markActive() {
      output.markActive();
    }
  }

  /** Counts what goes to the outputs of all splits. */
  private final class CountingReaderOutput extends CountingOutput<ReaderOutput<T>>
      implements ReaderOutput<T> {

    CountingReaderOutput(ReaderOutput<T> output) {
      super(output);
    }

    @Override
    public SourceOutput<T> createOutputForSplit(String split) {
      return new CountingOutput<>(output.createOutputForSplit(split));
    }

    @Override
    public void releaseOutputForSplit(String split) {
      output.releaseOutputForSplit(split);
    }
  }
}
