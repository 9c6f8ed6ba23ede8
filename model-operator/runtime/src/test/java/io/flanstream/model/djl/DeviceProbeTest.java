package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.checkpoint.StoredType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device is measured in every dtype that models compute in; DJL's own arrays have fewer. */
class DeviceProbeTest {
  @ParameterizedTest
  @EnumSource(
      value = StoredType.class,
      names = {"F32", "BF16"})
  void measuresProductsInEveryDtype(StoredType type) {
    try (DeviceProbe probe = DeviceProbe.open("cpu", 1)) {
      assertThat(probe.flops(type)).isGreaterThan(1e6);
      assertThat(probe.bytesPerSecond(type)).isGreaterThan(1e6);
    }
  }
}
