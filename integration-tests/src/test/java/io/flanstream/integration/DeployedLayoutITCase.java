package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the image has in it, run as compose.yaml runs it, where no container engine is. */
@Timeout(600)
class DeployedLayoutITCase {
  @TempDir private Path directory;

  @Test
  void losesAndDoublesNothing() throws IOException, InterruptedException, TimeoutException {
    Path assemble = TestingLauncher.ROOT.resolve("deploy/docker/assemble");
    assertThat(new ProcessBuilder(assemble.toString()).inheritIO().start().waitFor()).isZero();
    TestingDeployment.losesAndDoublesNothing(
        directory,
        pipeline -> new TestingProcesses(directory.resolve("home"), pipeline),
        processes -> {});
  }
}
