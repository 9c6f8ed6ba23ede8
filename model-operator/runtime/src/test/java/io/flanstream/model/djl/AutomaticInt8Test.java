package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.checkpoint.EncoderProducts;
import io.flanstream.model.checkpoint.T5Config;
import io.flanstream.model.device.DeviceKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arithmetic over data sheets, at Flan-UL2's shape and the default of 4,096 tokens a batch. */
class AutomaticInt8Test {
  private static final T5Config FLAN_UL2 =
      T5Config.read(
          Path.of(
              System.getProperty("flanstream.root"),
              "model-operator/runtime/src/test/resources/shapes/flan-ul2.json"));
  private static final EncoderProducts PRODUCTS = new EncoderProducts(FLAN_UL2, true, 4096);

  @ParameterizedTest
  @CsvSource({
    "NVIDIA A10G, true",
    "NVIDIA L4, false",
    "NVIDIA L40S, false",
    "NVIDIA GeForce RTX 4090, true",
    "NVIDIA A100-SXM4-80GB, true",
    "NVIDIA H100 80GB HBM3, false",
    "NVIDIA H200, true"
  })
  void theEncoderDoesWhatIsFasterOnTheCard(String model, boolean quantized) {
    assertThat(AutomaticInt8.choose(PRODUCTS, List.of(model, model)))
        .isEqualTo(new Int8Products(quantized, true));
  }

  @Test
  void cardsThatAreNotKnownQuantizeActivations() {
    for (List<String> models :
        List.of(List.<String>of(), List.of("NVIDIA T4"), List.of("NVIDIA L4", "NVIDIA A10G"))) {
      assertThat(AutomaticInt8.choose(PRODUCTS, models)).isEqualTo(Int8Products.ACTIVATIONS);
    }
  }

  /** Few tokens: weights that are unpacked move five times their bytes. */
  @Test
  void aFewTokensAreBoundByTheBytesOfWeights() {
    EncoderProducts few = new EncoderProducts(FLAN_UL2, true, 1);
    for (DeviceKind kind : DeviceKind.values()) {
      assertThat(few.unpackedSeconds(kind) / few.quantizedSeconds(kind)).isBetween(4.5, 5.0);
    }
  }

  @Test
  void theDriversNamesAreThoseOfDifferentDevices() {
    List<DeviceKind> found = new ArrayList<>();
    for (String model : List.of("A10G", "L4", "L40S", "H200", "H100 PCIe")) {
      DeviceKind.ofModel("NVIDIA " + model).ifPresent(found::add);
    }
    assertThat(found)
        .containsExactly(
            DeviceKind.A10G, DeviceKind.L4, DeviceKind.L40S, DeviceKind.H200, DeviceKind.H100_PCIE);
  }
}
