package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
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
        List.of("bash", "dirname", "readlink", "sed", "mkdir", "ls", "tail", "date", "uname")) {
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

    assertThat(saidOn("Darwin arm64", home))
        .startsWith("flanstream: this archive is not for osx-aarch64: it has pytorch-native-");
    assertThat(saidOn("FreeBSD amd64", home))
        .isEqualTo(
            "flanstream: Linux on x86_64 or aarch64, or macOS on arm64, is needed, and this is"
                + " FreeBSD amd64\n");
  }

  /** What the launcher says where it fails at once, on a system of that name. */
  private String saidOn(String system, Path home) throws IOException, InterruptedException {
    Path bin = Files.createDirectories(directory.resolve(system));
    Path uname = Files.writeString(bin.resolve("uname"), "#!/bin/sh\necho '" + system + "'\n");
    assertThat(uname.toFile().setExecutable(true)).isTrue();
    ProcessBuilder launcher =
        new ProcessBuilder(home.resolve("bin/flanstream").toString(), "--version")
            .redirectErrorStream(true);
    launcher.environment().merge("PATH", bin.toString(), (path, first) -> first + ":" + path);
    Process process = launcher.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(1);
    return said;
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
          files.filter(path -> path.toString().endsWith(".tar.gz")).findFirst().orElseThrow();
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
