package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.device.DeviceMap;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class AutomaticPackingTest {
  private final Checkpoint checkpoint = Checkpoint.open(GoldenCheckpoint.of("ul2").directory());

  @Test
  void packsBelowAThirdOfTheFreeMemory() {
    long packed =
        new WeightBytes(checkpoint, StoredType.F32, Packing.PREPACKED, true)
            .byPart().stream().mapToLong(Long::longValue).sum();
    assertThat(packed).isPositive();
    assertThat(choose(1, 3 * packed + 3)).isEqualTo(Packing.PREPACKED);
    assertThat(choose(1, 3 * packed)).isEqualTo(Packing.NONE);
    assertThat(choose(2, 3 * packed + 3)).isEqualTo(Packing.NONE);
    assertThat(choose(2, 6 * packed + 3)).isEqualTo(Packing.PREPACKED);
  }

  private Packing choose(int copies, long free) {
    return AutomaticPacking.choose(checkpoint, StoredType.F32, copies, device -> free);
  }

  @Test
  void packsNothingForAGpu() {
    List<DeviceMap> copies = List.of(DeviceMap.single("cuda:0"));
    assertThat(AutomaticPacking.choose(checkpoint, StoredType.F32, copies)).isEqualTo(Packing.NONE);
  }

  @Test
  void settingsAreAutomaticUnlessSet() {
    assertThat(ModelSettings.of(Path.of("nowhere")).prepack())
        .isEqualTo(ModelSettings.Prepack.AUTO);
  }
}
