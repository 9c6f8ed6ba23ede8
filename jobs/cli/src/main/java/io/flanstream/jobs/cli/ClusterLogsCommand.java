package io.flanstream.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flanstream.jobs.local.LocalCluster.Member;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flanstream cluster logs}. */
@Command(
    name = "logs",
    description = "Show the end of the logs, or say where they are: \"tail -F\" follows them.")
final class ClusterLogsCommand implements Callable<Integer> {
  @Mixin private ClusterArgument cluster;

  @Parameters(
      paramLabel = "PROCESS",
      arity = "0..1",
      description = "jobmanager, taskmanager-1, …; all of them unless given.")
  private Optional<String> process;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      defaultValue = "40",
      description = "Lines of each (default: ${DEFAULT-VALUE}).")
  private int lines;

  @Option(names = "--path", description = "Print the files' paths alone.")
  private boolean path;

  @Override
  public Integer call() throws IOException {
    List<Member> members = chosen(cluster.cluster().members());
    PrintWriter out = StandardStreams.writer();
    for (Member member : members) {
      if (path) {
        out.println(member.log());
      } else {
        print(member, out);
      }
    }
    out.flush();
    return 0;
  }

  private List<Member> chosen(List<Member> members) {
    List<Member> chosen =
        members.stream()
            .filter(member -> process.stream().allMatch(member.name()::equals))
            .toList();
    if (chosen.isEmpty() && process.isPresent()) {
      throw CommandException.usage(
          "Cannot show log: the process must be one of %s, got %s"
              .formatted(
                  members.stream().map(Member::name).collect(Collectors.joining(", ", "[", "]")),
                  process.get()));
    }
    return chosen;
  }

  private void print(Member member, PrintWriter out) throws IOException {
    out.println(Style.BOLD.out("%s  %s".formatted(member.name(), member.log())));
    for (String line : end(member.log())) {
      out.println(line);
    }
  }

  private Deque<String> end(Path log) throws IOException {
    Deque<String> kept = new ArrayDeque<>();
    if (!Files.exists(log)) {
      return kept;
    }
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(Files.newInputStream(log), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        kept.add(line);
        if (kept.size() > lines) {
          kept.remove();
        }
      }
    }
    return kept;
  }
}
