package io.flanstream.jobs.cli;

import io.flanstream.jobs.cluster.ClusterClient;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.sql.SqlServer;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flanstream sql-gateway}. */
@Command(
    name = "sql-gateway",
    description = {
      "Serve Flink SQL over a pipeline's topics and model, to JDBC and REST clients.",
      "On loopback, until Ctrl-C; queries run on a session cluster. Every session has the tables,"
          + " views and functions of flanstream sql."
    })
final class SqlGatewayCommand implements Callable<Integer> {
  @Mixin private PipelineArgument pipeline;
  @Mixin private TargetArgument target;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8083-8099",
      description = "Port, or a range to choose from (default: ${DEFAULT-VALUE}).")
  private String port;

  @Override
  public Integer call() throws IOException, InterruptedException {
    HostPort cluster = target.address();
    try (ClusterClient asked = new ClusterClient(cluster.toString())) {
      asked.jobs();
    }
    Pipeline read = pipeline.readReachable();
    SqlServer server = Cleanup.register(SqlServer.start(read, QueryClient.of(read, cluster), port));
    PrintWriter out = StandardStreams.writer();
    out.println("Queries run on " + cluster);
    out.println("JDBC  jdbc:flink://" + server.address());
    out.println("REST  http://%s/info".formatted(server.address()));
    out.println(Style.DIM.out("Ctrl-C ends it."));
    out.flush();
    new CountDownLatch(1).await();
    return 0;
  }
}
