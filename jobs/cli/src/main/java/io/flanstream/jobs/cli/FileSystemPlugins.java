package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.RootCause;
import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.ConfigConstants;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.DefaultPluginManager;
import org.apache.flink.core.plugin.DirectoryBasedPluginFinder;

/**
 * File systems of Flink's plugins, for what a command itself reads and writes: found and configured
 * as Flink's own processes do it, by {@code FLINK_PLUGINS_DIR} and {@code FLINK_CONF_DIR}.
 */
final class FileSystemPlugins {

  private FileSystemPlugins() {}

  /** Loads them, where there are any. */
  static void load(Map<String, String> environment) {
    String plugins = environment.get(ConfigConstants.ENV_FLINK_PLUGINS_DIR);
    if (plugins == null) {
      return;
    }
    if (!Files.isDirectory(Path.of(plugins))) {
      throw new CommandException(
          "Cannot load plugins: %s must be a directory, got %s"
              .formatted(ConfigConstants.ENV_FLINK_PLUGINS_DIR, plugins));
    }
    String directory = environment.get(ConfigConstants.ENV_FLINK_CONF_DIR);
    Configuration config =
        directory == null ? new Configuration() : GlobalConfiguration.loadConfiguration(directory);
    try {
      FileSystem.initialize(
          config,
          new DefaultPluginManager(
              new DirectoryBasedPluginFinder(Path.of(plugins)).findPlugins(),
              CoreOptions.getPluginParentFirstLoaderPatterns(config)));
    } catch (IOException | RuntimeException e) {
      throw new CommandException(
          "Cannot load plugins of %s: %s".formatted(plugins, RootCause.of(e).getMessage()), e);
    }
  }
}
