package io.flanstream.jobs.sql;

import io.flanstream.jobs.topology.ForwardingReader;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.InputStatus;

/** Reads until it has emitted enough rows. */
@SuppressWarnings("try") // Flink's readers may be interrupted while they close.
final class LimitedReader<T, S extends SourceSplit>
    extends ForwardingReader<T, S, SourceReader<T, S>> {
  private long left;
  private CountingReaderOutput counting;

  LimitedReader(SourceReader<T, S> reader, long limit) {
    super(reader);
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
    InputStatus status = super.pollNext(counting);
    return left <= 0 ? InputStatus.END_OF_INPUT : status;
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    return left <= 0 ? CompletableFuture.completedFuture(null) : super.isAvailable();
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
