package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.Installation;
import io.flanstream.jobs.demo.Demo;
import io.flanstream.jobs.demo.DemoFiles;
import io.flanstream.jobs.demo.DemoRun;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flanstream demo}. */
@Command(
    name = "demo",
    description = {
      "Send messages through Kafka, Flink and the shipped model, and show what comes of them.",
      "Everything runs in this process. The exit code is 0 only if every message came out exactly"
          + " once, where it should."
    })
final class DemoCommand implements Callable<Integer> {
  @Option(names = "--keep", description = "Leave it running afterwards, and say what to try.")
  private boolean keep;

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    PrintWriter out = StandardStreams.writer();
    DemoRun run = new Demo(new DemoFiles(Installation.current()), out).run();
    if (keep) {
      suggest(run, out);
      run.job().getJobExecutionResult().get();
    }
    return run.verified() ? 0 : 1;
  }

  private static void suggest(DemoRun run, PrintWriter out) {
    Pipeline pipeline = run.clusters().pipeline();
    out.println();
    out.println(Style.BOLD.out("Still running. Try, in another terminal:"));
    String command = Installation.current().command();
    out.println("  " + command + " sql");
    out.println(
        "  " + command + " sql -e \"SELECT field, COUNT(*) FROM extractions GROUP BY field\"");
    out.println(
        "  echo '{\"id\":\"1\",\"text\":\"a table for two at eight\"}' | " + command + " enrich");
    out.println();
    out.println("Web page           " + run.clusters().flink().webPage());
    out.println("Bootstrap servers  " + run.clusters().kafka().bootstrapServers());
    out.println(
        "Topics             %s, %s, %s"
            .formatted(
                pipeline.source().topic(),
                pipeline.sink().topic(),
                pipeline.deadLetters().topic()));
    out.println(Style.DIM.out("Ctrl-C ends it."));
    out.flush();
  }
}
