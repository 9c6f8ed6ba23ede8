package io.flanstream.jobs.local;

import io.flanstream.jobs.client.Installation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.TaskManagerOptions;

/**
 * Command lines of a cluster's processes.
 *
 * @param installation has the settings of JVMs and logs
 * @param directory the cluster's directory
 */
record ClusterCommandLine(Installation installation, ClusterDirectory directory) {

  /** The command line of one process. */
  List<String> of(ClusterRole role, String name) throws IOException {
    Configuration config = directory.configuration();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + installation.configuration().resolve("jvm.options"));
    command.addAll(ownModuleOptions());
    command.addAll(role.memory(config));
    command.addAll(role.javaOptions(config));
    command.add(
        "-Dlog4j2.configurationFile=" + installation.configuration().resolve("log4j2.properties"));
    command.add("-Dflanstream.log=" + directory.log(name));
    // Where the web page looks for it.
    command.add("-Dlog.file=" + directory.log(name));
    command.add("-cp");
    command.add(directory.lib().resolve("*").toString());
    command.add(role.main());
    command.addAll(role == ClusterRole.ZOOKEEPER ? zooKeeper(config) : flink(role, name, config));
    return command;
  }

  /** What the launcher found that this Java wants besides. */
  private static List<String> ownModuleOptions() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.matches("--(enable-native|sun-misc-unsafe-memory)-access=.*"))
        .toList();
  }

  private List<String> flink(ClusterRole role, String name, Configuration config)
      throws IOException {
    Path tmp = Files.createDirectories(directory.tmp().resolve(name));
    List<String> arguments = new ArrayList<>(List.of("--configDir", directory.conf().toString()));
    arguments.addAll(role.settings(config));
    arguments.addAll(List.of("-D", CoreOptions.TMP_DIRS.key() + "=" + tmp));
    if (role == ClusterRole.TASK_MANAGER) {
      arguments.addAll(
          List.of("-D", TaskManagerOptions.TASK_MANAGER_RESOURCE_ID.key() + "=" + name));
    }
    return arguments;
  }

  private List<String> zooKeeper(Configuration config) throws IOException {
    URI address =
        URI.create("zookeeper://" + config.get(HighAvailabilityOptions.HA_ZOOKEEPER_QUORUM));
    Path file = directory.conf().resolve("zoo.cfg");
    Files.write(
        file,
        List.of(
            "tickTime=2000",
            "initLimit=10",
            "syncLimit=5",
            "admin.enableServer=false",
            "dataDir=" + Files.createDirectories(directory.tmp().resolve("zookeeper")),
            "clientPortAddress=" + address.getHost(),
            "clientPort=" + address.getPort(),
            "server.1=" + address.getHost()));
    return List.of("--zkConfigFile", file.toString(), "--peerId", "1");
  }
}
