package io.flanstream.model.djl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.device.Device;
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

  /**
   * What the process had after it opened a checkpoint.
   *
   * @param anonymous bytes that no file backs
   * @param peak the most of them that were seen meanwhile
   * @param mapped whether a file of the checkpoint is mapped
   */
  record Cost(long anonymous, long peak, boolean mapped) {}

  /** Whether the system tells. */
  static boolean isKnown() {
    return Files.exists(STATUS) && Files.exists(MAPPINGS);
  }

  static Cost measure(Path directory, StoredType dtype, Packing packing)
      throws IOException, InterruptedException {
    return measure(directory, dtype, packing, ProgramBranch.CPU);
  }

  static Cost measure(Path directory, StoredType dtype, Packing packing, ProgramBranch branch)
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
            packing.name(),
            branch.name());
    if (branch == ProgramBranch.CUDA) {
      // What is freed goes back at once, as a device's allocator would count it.
      builder.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
    }
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> said = process.inputReader(UTF_8).lines().toList();
    assertThat(process.waitFor()).as("%s", said).isZero();
    int last = said.size() - 1;
    return new Cost(
        Long.parseLong(said.get(last - 2)),
        Long.parseLong(said.get(last - 1)),
        Boolean.parseBoolean(said.get(last)));
  }

  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    StoredType dtype = StoredType.valueOf(arguments[1]);
    Packing packing = Packing.valueOf(arguments[2]);
    ProgramBranch branch = ProgramBranch.valueOf(arguments[3]);
    // The engine itself, with its buffers, before the weights.
    open(GoldenCheckpoint.of("ul2").directory(), StoredType.F32, Packing.NONE, branch).close();
    long before = OwnMemory.withHeap();
    try (PeakMemory peak = PeakMemory.watch();
        DjlDevice device = open(directory, dtype, packing, branch);
        Device.Encoding encoding = device.encode(new int[][] {{3, 1}})) {
      assertThat(encoding).isNotNull();
      long after = OwnMemory.withHeap();
      System.out.println(after - before);
      System.out.println(Math.max(after, peak.seen()) - before);
      System.out.println(Files.readString(MAPPINGS).contains(directory.toString()));
    }
  }

  private static DjlDevice open(
      Path directory, StoredType dtype, Packing packing, ProgramBranch branch) {
    DjlDevice device =
        DjlDevice.open(
            T5Program.source(),
            Checkpoint.open(directory),
            122,
            WeightLayout.of(dtype, packing),
            branch);
    device.encode(new int[][] {{3, 4, 1}, {5, 1}}).close();
    return device;
  }
}
