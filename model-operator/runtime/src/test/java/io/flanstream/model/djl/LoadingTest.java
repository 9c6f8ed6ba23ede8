package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.LoadListener;
import io.flanstream.model.checkpoint.LoadProgress;
import io.flanstream.model.checkpoint.ReadAhead;
import io.flanstream.model.checkpoint.StoredTensor;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.device.DeviceMap;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loading reads ahead, and says how far it is. */
class LoadingTest {

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(Packing.class)
  void loadingIsToldFromItsBeginningToItsEnd(Packing packing) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(GoldenCheckpoint.of("ul2").directory());
    List<LoadProgress> told = new ArrayList<>();
    open(checkpoint, packing, told::add).close();
    long bytes = 0;
    for (Path file :
        checkpoint.tensors().values().stream().map(StoredTensor::file).distinct().toList()) {
      bytes += Files.size(file);
    }
    assertThat(told).extracting(LoadProgress::total).containsOnly(bytes);
    assertThat(told).extracting(LoadProgress::bytes).isSorted().doesNotHaveDuplicates();
    assertThat(told).extracting(LoadProgress::elapsed).isSorted();
    assertThat(told.get(0).bytes()).isLessThan(bytes);
    assertThat(told.get(told.size() - 1).bytes()).isEqualTo(bytes);
  }

  @Test
  void aListenerThatThrowsFailsTheLoading() {
    Checkpoint checkpoint = Checkpoint.open(GoldenCheckpoint.of("ul2").directory());
    LoadListener listener =
        progress -> {
          throw new IllegalStateException("no more of this");
        };
    assertThatThrownBy(() -> open(checkpoint, Packing.NONE, listener))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no more of this");
  }

  @Test
  void theTimeLeftIsThatOfTheRateSoFar() {
    LoadProgress half =
        new LoadProgress(LoadProgress.Stage.LOADING, 1_000, 4_000, Duration.ofSeconds(2));
    assertThat(half.bytesPerSecond()).isEqualTo(500);
    assertThat(half.timeLeft()).hasValue(Duration.ofSeconds(6));
    assertThat(
            new LoadProgress(LoadProgress.Stage.LOADING, 0, 4_000, Duration.ofSeconds(2))
                .timeLeft())
        .isEmpty();
  }

  @Test
  void everyByteIsReadAheadOnce() throws IOException {
    List<Path> files = new ArrayList<>();
    for (long size : new long[] {0, 1, 1L << 22, (1L << 27) + 12345}) {
      Path file = directory.resolve("file-" + size);
      try (var channel = new RandomAccessFile(file.toFile(), "rw")) {
        channel.setLength(size);
      }
      files.add(file);
    }
    AtomicLong read = new AtomicLong();
    try (ReadAhead ahead = ReadAhead.start(files, read::addAndGet)) {
      ahead.await();
    }
    assertThat(read).hasValue(1 + (1L << 22) + (1L << 27) + 12345);
  }

  private static DjlDevice open(Checkpoint checkpoint, Packing packing, LoadListener listener) {
    return DjlDevice.open(
        checkpoint,
        122,
        WeightLayout.of(StoredType.F32, packing),
        DeviceMap.single("cpu"),
        1,
        listener);
  }
}
