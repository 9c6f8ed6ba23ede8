package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/** The image that {@code deploy/docker/build} makes of this build. */
final class TestingImage {
  private static final Path DOCKER = TestingLauncher.ROOT.resolve("deploy/docker");

  private TestingImage() {}

  /** Builds it and says its name; the test is skipped where no engine or no base image is. */
  static String build(Path directory) throws IOException, InterruptedException {
    skipUnless(
        DockerClientFactory.instance().isDockerAvailable(),
        "there is no container engine, so no image was built or run");
    List<String> bases = bases();
    Optional<String> base = bases.stream().filter(TestingImage::isPresent).findFirst();
    skipUnless(
        base.isPresent(),
        "the container engine has none of %s; deploy/docker/stand-in/build makes one"
            .formatted(bases));
    Path said = directory.resolve("build.out");
    ProcessBuilder builder =
        new ProcessBuilder(DOCKER.resolve("build").toString(), "cpu")
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().put("FLINK_IMAGE", base.orElseThrow());
    int code = builder.start().waitFor();
    List<String> lines = Files.readAllLines(said);
    assertThat(code).as(String.join("\n", lines)).isZero();
    return lines.get(lines.size() - 1);
  }

  /** Says so on the console: Maven itself only counts what is skipped. */
  private static void skipUnless(boolean possible, String reason) {
    if (!possible) {
      System.err.println("ContainersITCase is SKIPPED: " + reason);
    }
    assumeTrue(possible, reason);
  }

  /** What {@code -Dflanstream.flink-image} names, or the official image and its stand-in. */
  private static List<String> bases() throws IOException {
    Properties versions = new Properties();
    try (var in = Files.newBufferedReader(DOCKER.resolve("versions.env"))) {
      versions.load(in);
    }
    String official = versions.getProperty("FLINK_IMAGE");
    return Optional.ofNullable(System.getProperty("flanstream.flink-image"))
        .map(List::of)
        .orElseGet(() -> Stream.of(official, "flanstream/" + official).toList());
  }

  static boolean isPresent(String image) {
    try {
      DockerClientFactory.lazyClient().inspectImageCmd(image).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }
}
