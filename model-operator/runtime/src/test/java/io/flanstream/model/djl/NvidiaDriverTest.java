package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvidiaDriverTest {
  @TempDir private Path directory;

  @Test
  void saysWhichDriverIsLoaded() throws IOException {
    Path version = directory.resolve("version");
    assertThat(NvidiaDriver.describe(version))
        .isEqualTo("no NVIDIA driver: there is no " + version);
    Files.writeString(version, "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54\nGCC\n");
    assertThat(NvidiaDriver.describe(version))
        .isEqualTo("NVIDIA's driver: NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54");
  }

  @Test
  void saysWhichDevicesThereAre() throws IOException {
    assertThat(NvidiaDriver.models(directory.resolve("gpus"))).isEmpty();
    for (int device = 0; device < 2; device++) {
      Path gpu = Files.createDirectories(directory.resolve("gpus/0000:0" + device + ":00.0"));
      Files.writeString(
          gpu.resolve("information"),
          "Model: \t\t NVIDIA A10G\nIRQ:   \t\t 120\nGPU UUID: \t GPU-0\n");
    }
    assertThat(NvidiaDriver.models(directory.resolve("gpus")))
        .containsExactly("NVIDIA A10G", "NVIDIA A10G");
  }
}
