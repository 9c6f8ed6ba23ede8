package io.flanstream.jobs.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterLibraryTest {
  @TempDir private Path directory;
  private Path classPath;
  private Path lib;

  @BeforeEach
  void build() throws IOException {
    Path built = Files.createDirectories(directory.resolve("target/lib"));
    for (String jar :
        List.of(
            "kafka-clients-4.2.jar",
            "kafka-clients-4.3.jar",
            "flanstream-operators-1.jar",
            "flanstream-flink-1.jar")) {
      Files.writeString(built.resolve(jar), jar);
    }
    classPath = directory.resolve("target/class-path");
    Files.writeString(
        classPath,
        "lib/flanstream-operators-1.jar:lib/flanstream-flink-1.jar:lib/kafka-clients-4.2.jar\n");
    lib = directory.resolve("cluster/lib");
  }

  @Test
  void takesTheJarsOfTheClassPathAndNotThoseOfEarlierBuilds() throws IOException {
    Files.createDirectories(lib);
    Files.writeString(lib.resolve("old.jar"), "old");

    ClusterLibrary.fill(classPath, lib);

    try (Stream<Path> jars = Files.list(lib)) {
      assertThat(jars.map(jar -> jar.getFileName().toString()))
          .containsExactlyInAnyOrder("kafka-clients-4.2.jar", "flanstream-flink-1.jar");
    }
  }

  @Test
  void saysThatNothingIsBuilt() {
    Path missing = directory.resolve("class-path");
    assertThatThrownBy(() -> ClusterLibrary.fill(missing, lib))
        .hasMessage(
            "Cannot start cluster: %s must name the command's jars; deploy/bin/flanstream builds them",
            missing);
  }
}
