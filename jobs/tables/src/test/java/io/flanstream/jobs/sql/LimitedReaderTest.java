package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.InputStatus;
import org.junit.jupiter.api.Test;

/** A reader ends with the row that is enough. */
class LimitedReaderTest {

  @Test
  void readsNoFurtherThanItsLimit() throws Exception {
    TestingReader reader = new TestingReader();
    TestingOutput output = new TestingOutput();
    LimitedReader<Integer, SourceSplit> limited = new LimitedReader<>(reader, 3);
    while (limited.pollNext(output) != InputStatus.END_OF_INPUT) {
      assertThat(limited.isAvailable()).isNotDone();
    }
    assertThat(output.rows).containsExactly(0, 1, 2);
    assertThat(limited.isAvailable()).isDone();
    assertThat(limited.pollNext(output)).isEqualTo(InputStatus.END_OF_INPUT);
    assertThat(reader.read).isEqualTo(3);
  }

  /** Counts without end, by the output of a split that it keeps, as Flink's readers do. */
  private static final class TestingReader implements SourceReader<Integer, SourceSplit> {
    private SourceOutput<Integer> split;
    private int read;

    @Override
    public InputStatus pollNext(ReaderOutput<Integer> output) {
      split = split == null ? output.createOutputForSplit("0") : split;
      split.collect(read);
      read++;
      return InputStatus.MORE_AVAILABLE;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return new CompletableFuture<>();
    }

    @Override
    public void start() {}

    @Override
    public List<SourceSplit> snapshotState(long checkpoint) {
      return List.of();
    }

    @Override
    public void addSplits(List<SourceSplit> splits) {}

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() {}
  }

  /** Keeps rows. */
  private static final class TestingOutput implements ReaderOutput<Integer> {
    private final List<Integer> rows = new ArrayList<>();

    @Override
    public void collect(Integer row) {
      rows.add(row);
    }

    @Override
    public void collect(Integer row, long timestamp) {
      rows.add(row);
    }

    @Override
    public void emitWatermark(Watermark watermark) {}

    @Override
    public void markIdle() {}

    @Override
    public void markActive() {}

    @Override
    public SourceOutput<Integer> createOutputForSplit(String split) {
      return this;
    }

    @Override
    public void releaseOutputForSplit(String split) {}
  }
}
