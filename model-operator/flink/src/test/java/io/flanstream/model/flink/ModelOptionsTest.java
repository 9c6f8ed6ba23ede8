package io.flanstream.model.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.ModelSettings;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelOptionsTest {
  @ParameterizedTest
  @CsvSource({"true, TRUE", "false, FALSE", "auto, AUTO", "Auto, AUTO", ", AUTO"})
  void prepackIsATruthValueOrAuto(String written, ModelSettings.Prepack expected) {
    Configuration options = Configuration.fromMap(Map.of("model.path", "nowhere"));
    if (written != null) {
      options.setString("model.prepack", written);
    }
    assertThat(ModelOptions.read(options).prepack()).isEqualTo(expected);
  }
}
