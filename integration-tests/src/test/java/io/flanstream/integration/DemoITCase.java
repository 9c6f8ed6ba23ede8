package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's demo, kept running: what it says, what can be asked of it, and what it leaves. */
class DemoITCase {
  private static final Path RUNNING = TestingLauncher.ROOT.resolve("target/demo/pipeline.yaml");
  private static final int INTERRUPT = 2;
  private static final int TERMINATE = 15;

  @TempDir private Path directory;
  @TempDir private Path temporary;

  @Test
  @Timeout(600)
  void aDemoThatIsKeptCanBeAskedAndLeavesNothingBehind() throws IOException, InterruptedException {
    Process demo = demo();
    try (BufferedReader out = demo.inputReader();
        BufferedReader err = demo.errorReader()) {
      assertThat(until("Ctrl-C ends it.", out))
          .contains("Flanstream demo", "Verified", "Dead letters: 14")
          .anyMatch(line -> line.matches("  372 records in .*"))
          .anyMatch(line -> line.startsWith("  merged        {\"id\":\"m-0"))
          .anyMatch(line -> line.startsWith("  reservations  {\"id\":\"m-0"))
          .anyMatch(line -> line.contains("372 ids sent = 358 enriched + 14 dead letters"))
          .anyMatch(line -> line.contains("each with the expected code"))
          .anyMatch(line -> line.matches("Web page +http://127\\.0\\.0\\.1:\\d+"));
      assertThat(TestingListeners.of(demo.pid())).isNotEmpty();
      assertThat(TestingListeners.exposed(demo.pid())).isEmpty();

      String said =
          new TestingLauncher(TestingLauncher.LAUNCHER, directory)
              .run(
                  0,
                  "sql",
                  "--format",
                  "csv",
                  "-e",
                  "SELECT COUNT(DISTINCT id) AS ids FROM enriched; SELECT COUNT(*) AS n FROM"
                      + " dead_letters");
      assertThat(said).isEqualTo("ids\r\n358\r\nn\r\n14\r\n");

      int signal = ignoresInterrupts(demo) ? TERMINATE : INTERRUPT;
      signal(demo, signal);
      assertThat(demo.waitFor(300, TimeUnit.SECONDS)).isTrue();
      assertThat(demo.exitValue()).isEqualTo(128 + signal);
      assertThat(err.lines()).isEmpty();
    } finally {
      demo.destroyForcibly();
    }
    assertThat(RUNNING).doesNotExist();
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith("flanstream-"));
    }
  }

  private Process demo() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(TestingLauncher.LAUNCHER.toString(), "demo", "--keep");
    builder.environment().put("FLANSTREAM_LOG_DIR", directory.resolve("logs").toString());
    List<String> options = new ArrayList<>(TestingJvm.options());
    options.add("-Djava.io.tmpdir=" + temporary);
    builder.environment().put("FLANSTREAM_JAVA_OPTS", String.join(" ", options));
    return builder.start();
  }

  private static List<String> until(String last, BufferedReader out) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      lines.add(line);
      if (line.equals(last)) {
        break;
      }
    }
    return lines;
  }

  /** A process takes over which signals are ignored; a shell's background job ignores Ctrl-C. */
  private static boolean ignoresInterrupts(Process process) throws IOException {
    return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> new BigInteger(line.substring("SigIgn:".length()).strip(), 16))
        .anyMatch(mask -> mask.testBit(INTERRUPT - 1));
  }

  private static void signal(Process process, int signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
  }
}
