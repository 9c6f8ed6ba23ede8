package io.flanstream.jobs.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Flink in this process whose TaskManager ends. */
@Timeout(120)
class EmbeddedFlinkTest {

  @Test
  void aLostTaskManagerIsReplaced() throws IOException, InterruptedException, ExecutionException {
    try (EmbeddedFlink flink = EmbeddedFlink.start(1, new Configuration())) {
      while (!flink.wasConnected()) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      flink.cluster().terminateTaskManager(0).get();
      await(flink.cluster(), 0);
      await(flink.cluster(), 1);
      assertThat(flink.cluster().requestClusterOverview().get().getNumSlotsTotal()).isEqualTo(1);
    }
  }

  private static void await(MiniCluster cluster, int taskManagers)
      throws InterruptedException, ExecutionException {
    while (cluster.requestClusterOverview().get().getNumTaskManagersConnected() != taskManagers) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
