package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The archive, unpacked where there is no checkout and no Maven. */
@Timeout(300)
class DistributionITCase {
  @TempDir private Path directory;

  @Test
  void runsTheDemoWithoutMaven() throws IOException, InterruptedException {
    Path home = unpacked();
    Path tools = Files.createDirectories(directory.resolve("tools"));
    for (String tool :
        List.of(
            "bash", "dirname", "readlink", "sed", "mkdir", "find", "sort", "tail", "cut", "date")) {
      Files.createSymbolicLink(tools.resolve(tool), which(tool));
    }
    Path output = directory.resolve("said");
    ProcessBuilder demo =
        new ProcessBuilder(home.resolve("bin/flanstream").toString(), "demo")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    demo.environment().put("PATH", tools.toString());
    demo.environment().put("JAVA_HOME", System.getProperty("java.home"));
    int code = demo.start().waitFor();
    String said = Files.readString(output);
    assertThat(code).as(said).isZero();
    assertThat(said).contains("372 ids sent = 358 enriched + 14 dead letters", "Verified");
    assertThat(home.resolve("work/logs")).isDirectoryContaining("glob:**/flanstream-*.log");
  }

  @Test
  void theJobsJarHasTheJobAlone() throws IOException {
    Path jar =
        TestingLauncher.jars()
            .filter(path -> path.getFileName().toString().startsWith("flanstream-enrichment-"))
            .findFirst()
            .orElseThrow();
    try (JarFile file = new JarFile(jar.toFile())) {
      Set<String> packages =
          file.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.endsWith(".class"))
              .map(name -> name.substring(0, name.lastIndexOf('/')).replace('/', '.'))
              .map(name -> name.replace("io.flanstream.jobs.", ""))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(packages)
          .containsExactly(
              "cluster",
              "kafka",
              "offsets",
              "pipeline",
              "registry",
              "route",
              "state",
              "tasks",
              "topology");
    }
  }

  private Path unpacked() throws IOException, InterruptedException {
    Path target = TestingLauncher.ROOT.resolve("deploy/distribution/target");
    try (Stream<Path> files = Files.list(target)) {
      Path archive =
          files
              .filter(path -> path.toString().endsWith("-linux-x86_64.tar.gz"))
              .findFirst()
              .orElseThrow();
      assertThat(
              new ProcessBuilder("tar", "xzf", archive.toString(), "-C", directory.toString())
                  .inheritIO()
                  .start()
                  .waitFor())
          .isZero();
    }
    try (Stream<Path> unpacked = Files.list(directory)) {
      return unpacked
          .filter(path -> path.getFileName().toString().startsWith("flanstream-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Path which(String tool) {
    return Stream.of("/usr/bin", "/bin")
        .map(bin -> Path.of(bin, tool))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow();
  }
}
