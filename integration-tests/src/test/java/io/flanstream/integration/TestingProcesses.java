package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.yaml.snakeyaml.Yaml;

/**
 * The image's lib/ and usrlib/ with Flink's modules beside them, in processes of this machine: what
 * compose.yaml's containers run, without containers.
 */
final class TestingProcesses implements TestingDeployment {
  private static final Path TARGET = TestingLauncher.ROOT.resolve("jobs/cli/target");

  private final Path home;
  private final List<String> arguments;
  private Process jobManager;
  private Process taskManager;

  /**
   * Starts both.
   *
   * @param home where to put their configuration, their state and what they say
   * @param pipeline the pipeline's file
   */
  TestingProcesses(Path home, Path pipeline) throws IOException {
    this(home, pipeline, TestingDeployment.onLoopback());
    start();
  }

  /**
   * Starts none of them.
   *
   * @param onLoopback where they listen, and what else they are told
   */
  TestingProcesses(Path home, Path pipeline, String onLoopback) throws IOException {
    this.home = home;
    TestingCompose compose = TestingCompose.read();
    configure(compose.flinkProperties("jobmanager"), onLoopback);
    List<String> arguments = new ArrayList<>(List.of(compose.command("jobmanager")));
    assertThat(arguments.remove(0)).isEqualTo("standalone-job");
    arguments.set(arguments.size() - 1, withLocalModels(pipeline).toString());
    arguments.addAll(0, List.of("--configDir", conf()));
    this.arguments = List.copyOf(arguments);
  }

  /** Starts both, where the constructor has not. */
  TestingProcesses start() throws IOException {
    jobManager = startJobManager();
    taskManager = startTaskManager();
    return this;
  }

  @Override
  public void killJobManager() throws IOException {
    jobManager.destroyForcibly().onExit().join();
    jobManager = startJobManager();
  }

  /** Waits until the JobManager has ended by itself. */
  void awaitJobManagerEnd() {
    jobManager.onExit().join();
  }

  /** Starts the JobManager again with the same command. */
  void restartJobManager() throws IOException {
    jobManager = startJobManager();
  }

  /** Where its REST endpoint is. */
  String address() {
    Configuration config = GlobalConfiguration.loadConfiguration(conf());
    return "%s:%s".formatted(config.get(RestOptions.ADDRESS), config.get(RestOptions.PORT));
  }

  /** How many lines both have logged. */
  int logged() throws IOException {
    return Files.readAllLines(home.resolve("jobmanager.out")).size()
        + Files.readAllLines(home.resolve("taskmanager.out")).size();
  }

  /** What the JobManager has said. */
  String said() throws IOException {
    return Files.readString(home.resolve("jobmanager.out"));
  }

  /** Starts a JobManager. */
  Process startJobManager() throws IOException {
    return java("jobmanager", "-Xmx1g", StandaloneApplicationClusterEntryPoint.class, arguments);
  }

  @Override
  public void killTaskManager() throws IOException {
    taskManager.destroyForcibly().onExit().join();
    taskManager = startTaskManager();
  }

  @Override
  public void close() {
    Stream.of(taskManager, jobManager)
        .filter(Objects::nonNull)
        .forEach(process -> process.destroyForcibly().onExit().join());
  }

  private void configure(String properties, String onLoopback) throws IOException {
    Path state = Files.createDirectories(home.resolve("state"));
    Map<String, Object> settings =
        new Yaml().load(properties.replace("/opt/flanstream/state", state.toString()));
    settings.putAll(new Yaml().load(onLoopback));
    Files.writeString(
        Files.createDirectories(home.resolve("conf")).resolve("config.yaml"),
        new Yaml().dump(settings));
  }

  private static Path withLocalModels(Path pipeline) throws IOException {
    Path models = TestingLauncher.ROOT.resolve("deploy/models");
    return Files.writeString(
        pipeline, Files.readString(pipeline).replace(" /models/", " " + models + "/"));
  }

  /** Starts a TaskManager. */
  Process startTaskManager() throws IOException {
    Configuration config = GlobalConfiguration.loadConfiguration(conf());
    TaskExecutorProcessSpec memory = TaskExecutorProcessUtils.processSpecFromConfig(config);
    List<String> arguments = new ArrayList<>(List.of("--configDir", conf()));
    arguments.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)));
    return java(
        "taskmanager",
        ProcessMemoryUtils.generateJvmParametersStr(memory),
        TaskManagerRunner.class,
        arguments);
  }

  private Process java(String name, String options, Class<?> main, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(TestingJvm.JAVA);
    command.add("@" + TestingLauncher.ROOT.resolve("deploy/conf/jvm.options"));
    command.addAll(TestingJvm.options());
    command.addAll(words(options));
    command.add(
        "-Dlog4j2.configurationFile="
            + TestingLauncher.ROOT.resolve("deploy/docker/log4j-console.properties"));
    command.add("-Dlog.file=" + home.resolve(name + ".log"));
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve(name + ".out").toFile()));
    // Where Flink looks for usrlib/.
    builder.environment().put("FLINK_LIB_DIR", TARGET.resolve("image/lib").toString());
    return builder.start();
  }

  private String conf() {
    return home.resolve("conf").toString();
  }

  /** The image's lib/, and in place of Flink's distribution its modules. */
  private static String classPath() throws IOException {
    try (Stream<Path> jars = Files.list(TARGET.resolve("lib"))) {
      return Stream.of(
              Stream.of(TARGET.resolve("image/lib").resolve("*").toString()),
              jars.map(Path::toString).filter(jar -> jar.contains("/flink-")),
              Stream.of(location(StandaloneApplicationClusterEntryPoint.class)))
          .flatMap(entries -> entries)
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  private static String location(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().getPath();
  }

  private static List<String> words(String text) {
    return Arrays.asList(text.strip().split("\\s+"));
  }
}
