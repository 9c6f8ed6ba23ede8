package io.flanstream.jobs.cli;

import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import io.flanstream.jobs.terminal.TextWidth;
import io.flanstream.model.checkpoint.Checkpoint;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flanstream model info}. */
@Command(
    name = "info",
    description = "Say what a checkpoint is, after checking that every tensor is there.")
final class ModelInfoCommand implements Runnable {
  private static final int LABELS = 20;

  @Parameters(paramLabel = "DIR", description = "Directory of a Hugging Face checkpoint.")
  private Path directory;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public void run() {
    CheckpointFacts facts = CheckpointFacts.of(Checkpoint.open(directory));
    PrintWriter out = StandardStreams.writer();
    if (json) {
      out.println(facts.json());
    } else {
      facts
          .lines()
          .forEach(
              (label, value) -> out.println(Style.DIM.out(TextWidth.left(label, LABELS)) + value));
    }
    out.flush();
  }
}
