package io.flanstream.model.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryDirectoryTest {
  @TempDir private Path parent;

  @Test
  void thatOfAnotherUserIsLeftAlone() throws IOException {
    Path usual = parent.resolve("models");

    assertThat(TemporaryDirectory.of(parent, "models")).isEqualTo(usual);
    Files.createDirectory(usual);
    assertThat(TemporaryDirectory.of(parent, "models")).isEqualTo(usual);
    Files.delete(usual);
    // Nobody can write into a file, an administrator neither.
    Files.createFile(usual);
    assertThat(TemporaryDirectory.of(parent, "models"))
        .isEqualTo(parent.resolve("models-" + System.getProperty("user.name")));
  }
}
