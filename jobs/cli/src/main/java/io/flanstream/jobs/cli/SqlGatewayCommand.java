package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.sql.PlannerWarmUp;
import io.flanstream.jobs.sql.SqlServer;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.util.Optional;
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
      "Until Ctrl-C; queries run on a session cluster, or in this process. Every session has the"
          + " tables, views and functions of flanstream sql."
    })
final class SqlGatewayCommand implements Callable<Integer> {
  @Mixin private PipelineArgument pipeline;
  @Mixin private TargetArgument target;

  @Option(
      names = "--in-process",
      description = "Run queries in a Flink of this process, and ask no session cluster.")
  private boolean inProcess;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "Address to listen at (default: ${DEFAULT-VALUE}). There is no password: whoever reaches"
              + " it reads the topics.")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8083-8099",
      description = "Port, or a range to choose from (default: ${DEFAULT-VALUE}).")
  private String port;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<HostPort> cluster = inProcess ? Optional.empty() : Optional.of(answering());
    Pipeline read = pipeline.read();
    PlannerWarmUp.begin();
    QueryClient.Starting starting =
        cluster.isPresent() ? QueryClient.of(cluster.get()) : QueryClient.ofThisProcess();
    PipelineArgument.reach(read);
    SqlServer server = Cleanup.register(SqlServer.start(read, starting.client(), host, port));
    PrintWriter out = StandardStreams.writer();
    out.println("Queries run " + cluster.map(found -> "on " + found).orElse("in this process"));
    out.println("JDBC  jdbc:flanstream://" + server.address());
    out.println("      jdbc:flink://%s with Flink's driver".formatted(server.address()));
    out.println("REST  http://%s/info".formatted(server.address()));
    if (!InetAddress.getByName(host).isLoopbackAddress()) {
      out.println(
          "Listens on %s, without a password: whoever reaches port %s reads the topics"
              .formatted(host, server.address().substring(server.address().lastIndexOf(':') + 1)));
    }
    out.println(Style.DIM.out("Ctrl-C ends it."));
    out.flush();
    new CountDownLatch(1).await();
    return 0;
  }

  private HostPort answering() throws IOException {
    HostPort cluster = target.address();
    try (ClusterClient asked = new ClusterClient(cluster.toString())) {
      asked.jobs();
    }
    return cluster;
  }
}
