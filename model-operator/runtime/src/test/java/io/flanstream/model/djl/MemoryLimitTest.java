package io.flanstream.model.djl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flanstream.model.checkpoint.StoredType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The runtime where memory really ends: {@code -Dflanstream.memory-limit=true}, on Linux.
 *
 * <p>A control group's limit cannot be survived: the kernel lets memory be allocated, and kills
 * when it is used. There the budget must keep clear of it. A limit of the address space is what
 * makes an allocation fail.
 */
@EnabledIfSystemProperty(named = "flanstream.memory-limit", matches = "true")
class MemoryLimitTest {
  private static final long GROUP_LIMIT = 1L << 30;

  /**
   * The masks of attention alone want more for the records of a batch, and less for some of them.
   */
  private static final long ROOM = 100_000_000;

  @Test
  void allocationsThatFailSplitTheBatchAndTheGuiltyFailsAlone()
      throws IOException, InterruptedException {
    Map<String, String> said =
        run(List.of(), Long.toString(ROOM), "tokens", "65536", "requests", "32", "wait", "PT0.3S");
    System.out.println(said);
    assertThat(Double.parseDouble(said.get("worst"))).isLessThan(1e-4);
    assertThat(Long.parseLong(said.get("splits"))).isPositive();
    assertThat(Long.parseLong(said.get("outOfMemory"))).isPositive();
    assertThat(said.get("tooLong")).contains("Cannot encode 1 prompts", "can't allocate memory");
    assertThat(Long.parseLong(said.get("shrunk"))).isLessThan(65536);
    assertThat(said).containsEntry("recovered", "65536").containsEntry("nominal", "65536");
  }

  @Test
  void aControlGroupsLimitIsTheBudgets() throws IOException, InterruptedException {
    Path group = makeGroup();
    try {
      Map<String, String> said = run(into(group), "0");
      System.out.println(said);
      assertThat(Long.parseLong(said.get("cacheBudget"))).isPositive().isLessThan(GROUP_LIMIT / 2);
      assertThat(Double.parseDouble(said.get("worst"))).isLessThan(1e-4);
      assertThat(said).containsEntry("outOfMemory", "0");
    } finally {
      Files.delete(group);
    }
  }

  /** Weights that would have the process killed when they are packed. */
  @Test
  void weightsThatDoNotFitAreRefusedBeforeTheyAreLoaded(@TempDir Path directory)
      throws IOException, InterruptedException {
    long bytes =
        new TestingWeights(
                directory, StoredType.F32, config -> config.put("d_model", 2048).put("d_ff", 12288))
            .zeros(0);
    assertThat(bytes).isGreaterThan(GROUP_LIMIT);
    Path group = makeGroup();
    try {
      Map<String, String> said =
          run(into(group), "0", "directory", directory.toString(), "prepack", "true");
      System.out.println(said);
      Matcher refused =
          Pattern.compile(
                  "Cannot open model: cpu must have .* \\(([\\d,]+) bytes\\) free, .* found .* \\(([\\d,]+) bytes\\); .*")
              .matcher(said.get("refused"));
      assertThat(refused.matches()).isTrue();
      assertThat(number(refused.group(1))).isBetween(bytes, bytes * 11 / 10);
      assertThat(number(refused.group(2))).isBetween(1L, GROUP_LIMIT);
    } finally {
      Files.delete(group);
    }
  }

  private static long number(String title) {
    return Long.parseLong(title.replace(",", ""));
  }

  /** Begins a command in a group. */
  private static List<String> into(Path group) {
    return List.of("sh", "-c", "echo $$ > " + group + "/cgroup.procs && exec \"$@\"", "sh");
  }

  /** In the first version or the second, whichever has the memory controller. */
  private static Path makeGroup() throws IOException {
    Path mount = Path.of("/sys/fs/cgroup");
    boolean second = Files.exists(mount.resolve("cgroup.controllers"));
    Path parent = second ? mount : mount.resolve("memory");
    assumeTrue(Files.isWritable(parent), "Skipped: " + parent + " cannot be written to");
    Path group =
        Files.createDirectory(parent.resolve("flanstream-" + ProcessHandle.current().pid()));
    Path limit = group.resolve(second ? "memory.max" : "memory.limit_in_bytes");
    assumeTrue(Files.exists(limit), "Skipped: groups in " + parent + " have no memory controller");
    Files.writeString(limit, Long.toString(GROUP_LIMIT));
    return group;
  }

  private static Map<String, String> run(List<String> before, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms256m",
            "-Xmx256m",
            "-Dflanstream.root=" + System.getProperty("flanstream.root"),
            "-cp",
            System.getProperty("java.class.path"),
            MemoryLimitedProcess.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    Process process = builder.start();
    Map<String, String> said =
        process
            .inputReader(UTF_8)
            .lines()
            .filter(line -> line.matches("[a-zA-Z]+=.+"))
            .collect(
                Collectors.toMap(
                    line -> line.replaceFirst("=.*", ""), line -> line.replaceFirst("[^=]+=", "")));
    assertThat(process.waitFor()).as("%s", said).isZero();
    return said;
  }
}
