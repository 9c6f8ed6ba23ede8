package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.HistoryOptions;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.sql.HistoryErasure;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.StandardStreams;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flanstream history erase}. */
@Command(
    name = "erase",
    description = {
      "Take the events of some ids out of the history for good.",
      "Files that have one are written again without it, and older snapshots of the table are"
          + " deleted. The job that keeps the history may go on meanwhile. Topics are left as they are."
    })
final class HistoryEraseCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PIPELINE.yaml", description = "The pipeline's file.")
  private Path file;

  @Option(
      names = "--id",
      paramLabel = "ID",
      required = true,
      description = "Id of the events; may be given several times.")
  private List<String> ids;

  @Option(
      names = "--stopped",
      description =
          "The job that keeps the history was stopped with a savepoint: nothing is waited for, and files that it left are deleted.")
  private boolean stopped;

  @Override
  public Integer call() throws IOException {
    Pipeline pipeline = PipelineFile.read(file);
    if (pipeline.history().isEmpty()) {
      throw new CommandException(
          "Cannot erase: %s must be set in %s".formatted(HistoryOptions.PATH.key(), file));
    }
    HistoryErasure.Erased erased =
        stopped ? HistoryErasure.eraseStopped(pipeline, ids) : HistoryErasure.erase(pipeline, ids);
    PrintWriter out = StandardStreams.writer();
    out.println(
        String.format(
            Locale.ROOT,
            "Erased %,d %s; %,d %s written again.",
            erased.events(),
            erased.events() == 1 ? "event" : "events",
            erased.files(),
            erased.files() == 1 ? "file was" : "files were"));
    out.flush();
    if (!erased.open().isEmpty()) {
      throw new CommandException(
          "Cannot erase all: no job must be writing files with such events, got %s; run the command again after the job's next commit, or stop it with a savepoint and say --stopped"
              .formatted(String.join(", ", erased.open())));
    }
    return 0;
  }
}
