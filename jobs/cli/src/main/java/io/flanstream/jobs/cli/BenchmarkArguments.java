package io.flanstream.jobs.cli;

import io.flanstream.jobs.suite.BenchmarkReport;
import io.flanstream.jobs.suite.BenchmarkRun;
import io.flanstream.jobs.suite.BenchmarkSelection;
import io.flanstream.jobs.suite.PublicBenchmark;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.Progress;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.model.TextModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which questions of a suite a model is asked, and how the figures are shown. */
final class BenchmarkArguments {
  @Mixin private ModelArguments model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Directory with the suite's files.")
  private Path data;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description = "Only this task; may be given several times.")
  private List<String> tasks = new ArrayList<>();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Only the first questions of each task.")
  private Optional<Integer> limit;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description =
          "The most tokens of an answer that is written; 512 with a chain of thought, else 64,"
              + " unless given.")
  private Optional<Integer> maxNewTokens;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description =
          "How the figures are shown: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private BenchmarkReport format;

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description = "Write what came of each question, too, as JSON lines.")
  private Optional<Path> predictions;

  Path data() {
    return data;
  }

  BenchmarkSelection selection(int shots) {
    atLeast(0, shots, "--shots");
    limit.ifPresent(most -> atLeast(1, most, "--limit"));
    maxNewTokens.ifPresent(most -> atLeast(1, most, "--max-new-tokens"));
    predictions.ifPresent(OutputFile::check);
    return new BenchmarkSelection(tasks, shots, limit.orElse(Integer.MAX_VALUE));
  }

  private static void atLeast(int bound, int value, String option) {
    if (value < bound) {
      throw CommandException.usage(
          "Cannot ask questions: %s must be at least %s, got %s".formatted(option, bound, value));
    }
  }

  /** Asks the questions, and shows how many were answered rightly. */
  int run(PublicBenchmark suite, boolean chainOfThought) throws IOException, InterruptedException {
    TextModel opened = model.open();
    Progress progress = Progress.onError(suite.size());
    BenchmarkRun run =
        BenchmarkRun.of(
            suite, opened, maxNewTokens.orElse(chainOfThought ? 512 : 64), progress::show);
    progress.clear(suite.size());
    if (Cleanup.isInterrupted()) {
      // The model is closed, and the rest was asked in vain.
      return 1;
    }
    if (predictions.isPresent()) {
      try (Writer out = Files.newBufferedWriter(predictions.get())) {
        run.writePredictions(out);
      }
    }
    PrintWriter out = StandardStreams.writer();
    format.write(run.figures(), out);
    out.flush();
    return run.figures().isWhole() ? 0 : 1;
  }
}
