package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a directory of plugins; a good one is in {@code S3ITCase}. */
class FileSystemPluginsTest {
  @TempDir private Path directory;

  @Test
  void loadsNothingUnlessItIsTold() {
    assertThatCode(() -> FileSystemPlugins.load(Map.of())).doesNotThrowAnyException();
  }

  @Test
  void namesADirectoryThatIsNotThere() {
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> load(missing))
        .isInstanceOf(CommandException.class)
        .hasMessage("Cannot load plugins: FLINK_PLUGINS_DIR must be a directory, got %s", missing);
  }

  @Test
  void namesAPluginWithoutJars() throws IOException {
    Files.createDirectory(directory.resolve("s3"));
    assertThatThrownBy(() -> load(directory))
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith(
            "Cannot load plugins of %s: Cannot find any jar files for plugin", directory);
  }

  private static void load(Path plugins) {
    FileSystemPlugins.load(Map.of("FLINK_PLUGINS_DIR", plugins.toString()));
  }
}
