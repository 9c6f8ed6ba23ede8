package io.flanstream.model.djl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.LoadListener;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.device.Device;
import io.flanstream.model.device.DeviceMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Opens a checkpoint in a process of its own, whose heap is resident from the beginning and in
 * which nothing was freed before: what it grows by is what the weights cost.
 */
final class OpenedProcess {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path MAPPINGS = Path.of("/proc/self/maps");

  private OpenedProcess() {}

  /** What the process had after it opened a checkpoint: bytes that no file backs, and mappings. */
  record Cost(long anonymous, boolean mapped) {}

  /** Whether the system tells. */
  static boolean isKnown() {
    return Files.exists(STATUS) && Files.exists(MAPPINGS);
  }

  static Cost measure(Path directory, StoredType dtype, Packing packing)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms128m",
            "-Xmx128m",
            "-XX:+AlwaysPreTouch",
            "-Dflanstream.root=" + System.getProperty("flanstream.root"),
            "-cp",
            System.getProperty("java.class.path"),
            OpenedProcess.class.getName(),
            directory.toString(),
            dtype.name(),
            packing.name());
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> said = process.inputReader(UTF_8).lines().toList();
    assertThat(process.waitFor()).as("%s", said).isZero();
    int last = said.size() - 1;
    return new Cost(Long.parseLong(said.get(last - 1)), Boolean.parseBoolean(said.get(last)));
  }

  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    StoredType dtype = StoredType.valueOf(arguments[1]);
    Packing packing = Packing.valueOf(arguments[2]);
    // The engine itself, with its buffers, before the weights.
    open(GoldenCheckpoint.of("ul2").directory(), StoredType.F32, Packing.NONE).close();
    long before = OwnMemory.withHeap();
    try (DjlDevice device = open(directory, dtype, packing);
        Device.Encoding encoding = device.encode(new int[][] {{3, 1}})) {
      assertThat(encoding).isNotNull();
      System.out.println(OwnMemory.withHeap() - before);
      System.out.println(Files.readString(MAPPINGS).contains(directory.toString()));
    }
  }

  private static DjlDevice open(Path directory, StoredType dtype, Packing packing) {
    DjlDevice device =
        DjlDevice.open(
            Checkpoint.open(directory),
            122,
            dtype,
            packing,
            DeviceMap.single("cpu"),
            1,
            LoadListener.NONE);
    device.encode(new int[][] {{3, 4, 1}, {5, 1}}).close();
    return device;
  }
}
