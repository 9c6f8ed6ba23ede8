package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.local.LocalCluster;
import io.flanstream.jobs.local.LocalCluster.Member;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import io.flanstream.jobs.terminal.TextWidth;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.runtime.messages.webmonitor.ClusterOverview;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flanstream cluster status}. */
@Command(
    name = "status",
    description =
        "Say what runs of the cluster. The exit code is 1 where a process that should run does"
            + " not.")
final class ClusterStatusCommand implements Callable<Integer> {
  private static final int LABELS = 16;

  @Mixin private ClusterArgument cluster;

  @Override
  public Integer call() throws IOException {
    return print(cluster.cluster()) ? 0 : 1;
  }

  /** Prints it, and says whether all of it runs. */
  static boolean print(LocalCluster cluster) throws IOException {
    PrintWriter out = StandardStreams.writer();
    List<Member> members = cluster.members();
    if (members.isEmpty()) {
      out.println("No cluster is up.");
      out.flush();
      return false;
    }
    for (Member member : members) {
      String state =
          member
              .pid()
              .map(pid -> "pid " + pid)
              .orElse(Style.RED.out("has ended; its log: " + member.log()));
      line(out, member.name(), state);
    }
    boolean answers = printOverview(cluster, out);
    out.flush();
    return answers && members.stream().allMatch(member -> member.pid().isPresent());
  }

  private static boolean printOverview(LocalCluster cluster, PrintWriter out) throws IOException {
    String address = cluster.address().orElseThrow();
    try (ClusterClient client = new ClusterClient(address)) {
      ClusterOverview overview = client.overview();
      line(
          out,
          "slots",
          "%s of %s free".formatted(overview.getNumSlotsAvailable(), overview.getNumSlotsTotal()));
      line(out, "jobs", "%s running".formatted(overview.getNumJobsRunningOrPending()));
      line(out, "web page", "http://" + address);
      line(out, "--target", address);
      return true;
    } catch (IOException e) {
      line(out, "web page", Style.RED.out(FailureHandler.message(e)));
      return false;
    }
  }

  private static void line(PrintWriter out, String label, String text) {
    out.println(Style.DIM.out(TextWidth.left(label, LABELS)) + text);
  }
}
