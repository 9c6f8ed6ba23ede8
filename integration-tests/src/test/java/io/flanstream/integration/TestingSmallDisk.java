package io.flanstream.integration;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A file system of some megabytes that can be full. */
final class TestingSmallDisk implements AutoCloseable {
  private static final int MEBIBYTES = 8;

  private final Path directory;

  /** Mounts it; the test is skipped where it may not. */
  TestingSmallDisk(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    assumeTrue(
        run(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                String.format(Locale.ROOT, "size=%dm", MEBIBYTES),
                "tmpfs")
            == 0,
        "only root mounts a small file system");
  }

  /** Takes what room there is left. */
  void fill() throws IOException {
    try (OutputStream filler = Files.newOutputStream(filler(), CREATE, APPEND)) {
      byte[] block = new byte[4096];
      for (int written = 0; written <= MEBIBYTES << 20; written += block.length) {
        filler.write(block);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
      return;
    }
    throw new AssertionError("it is larger than " + MEBIBYTES + " MiB");
  }

  /** Gives it back. */
  void free() throws IOException {
    Files.delete(filler());
  }

  @Override
  public void close() throws IOException {
    assertThat(run("umount", "--lazy")).isZero();
  }

  private Path filler() {
    return directory.resolve("filler");
  }

  private int run(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.command().add(directory.toString());
    return builder.redirectErrorStream(true).start().onExit().join().exitValue();
  }
}
