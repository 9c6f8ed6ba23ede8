package io.flanstream.integration;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A JobManager and a TaskManager with the commands, the settings and the volumes of compose.yaml,
 * but on the host's network and on loopback alone.
 */
final class TestingContainers implements TestingDeployment {
  private static final String STATE = "flanstream-test-state-" + ProcessHandle.current().pid();
  private static final Bind MODELS =
      readOnly(TestingLauncher.ROOT.resolve("deploy/models"), "/models");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final DockerClient engine = DockerClientFactory.lazyClient();
  private final TestingCompose compose;
  private final String image;
  private final Path pipeline;
  private final String onLoopback;
  private final GenericContainer<?> jobManager;
  private final GenericContainer<?> taskManager;

  /** Starts both, on a pipeline. */
  TestingContainers(String image, Path pipeline) throws IOException {
    this.image = image;
    this.pipeline = pipeline;
    this.compose = TestingCompose.read();
    this.onLoopback = TestingDeployment.onLoopback();
    jobManager = container("jobmanager", ".*Rest endpoint listening.*");
    taskManager = container("taskmanager", ".*Successful registration at resource manager.*");
    jobManager.start();
    taskManager.start();
  }

  /**
   * A container that can reach nothing and keep nothing, of a user that the image does not know. It
   * goes through the image's entry point and runs one line of the shell.
   */
  static GenericContainer<?> alone(String image, String line) {
    return local(image)
        .withNetworkMode("none")
        .withCommand("bash", "-c", line)
        .withCreateContainerCmdModifier(
            create ->
                create
                    .withUser("12345:0")
                    .withHostName("localhost")
                    .getHostConfig()
                    .withBinds(MODELS)
                    .withReadonlyRootfs(true)
                    .withTmpFs(Map.of("/tmp", "rw,exec")))
        .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(PATIENCE));
  }

  @Override
  public void killTaskManager() {
    kill(taskManager);
  }

  @Override
  public void killJobManager() {
    kill(jobManager);
  }

  private void kill(GenericContainer<?> container) {
    String id = container.getContainerId();
    engine.killContainerCmd(id).exec();
    engine.startContainerCmd(id).exec();
  }

  /** What a command says in the TaskManager's container. */
  String run(String... command) throws IOException, InterruptedException {
    return taskManager.execInContainer(command).getStdout();
  }

  /** What the TaskManager's container has logged. */
  String logs() {
    return taskManager.getLogs();
  }

  @Override
  public void close() {
    taskManager.stop();
    jobManager.stop();
    engine.removeVolumeCmd(STATE).exec();
  }

  private GenericContainer<?> container(String service, String ready) {
    Bind file = readOnly(pipeline, "/opt/flanstream/pipeline.yaml");
    Bind state = new Bind(STATE, new Volume("/opt/flanstream/state"));
    return local(image)
        .withNetworkMode("host")
        .withCommand(compose.command(service))
        .withEnv("FLINK_PROPERTIES", compose.flinkProperties(service) + onLoopback)
        .withCreateContainerCmdModifier(
            create ->
                create
                    .getHostConfig()
                    .withBinds(MODELS, file, state)
                    .withReadonlyRootfs(true)
                    .withTmpFs(Map.of("/tmp", "rw,exec")))
        .waitingFor(Wait.forLogMessage(ready, 1).withStartupTimeout(PATIENCE));
  }

  private static GenericContainer<?> local(String image) {
    return new GenericContainer<>(DockerImageName.parse(image)).withImagePullPolicy(any -> false);
  }

  /** Testcontainers' own file mounts want an image of theirs. */
  private static Bind readOnly(Path path, String target) {
    return new Bind(path.toString(), new Volume(target), AccessMode.ro);
  }
}
