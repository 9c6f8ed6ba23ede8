package io.flanstream.jobs.cli;

import io.flanstream.jobs.eval.EvaluationJob;
import io.flanstream.jobs.eval.EvaluationRun;
import io.flanstream.jobs.eval.HtmlReport;
import io.flanstream.jobs.eval.LabelledTexts;
import io.flanstream.jobs.eval.ReportFormat;
import io.flanstream.jobs.local.EmbeddedFlink;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.Progress;
import io.flanstream.jobs.terminal.StandardStreams;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flanstream eval}. */
@Command(
    name = "eval",
    subcommands = {EvalMmluCommand.class, EvalBbhCommand.class},
    description = {
      "Measure how well a pipeline's tasks are done, by texts with the right answers.",
      "Reads {\"id\", \"text\", \"gold\": {TASK: ANSWER}}. The answer of a classification is its"
          + " label, a list of labels where the task may give several, or null where none fits;"
          + " that of an extraction is [{\"name\", \"value\", \"start\", \"end\"}].",
      "A pipeline that reads other JSON takes its own objects, with \"gold\" beside; one that reads"
          + " no JSON takes {\"value\", \"gold\"}.",
      "The texts go through the job's own topology, in a Flink of this process; Kafka is asked"
          + " only for --labelled-topic.",
      "mmlu and bbh ask a model the questions of those suites instead."
    })
final class EvalCommand implements Callable<Integer> {
  @Mixin private PipelineArgument pipeline;
  @Mixin private LabelledFormArgument form;

  /** One is needed, but not where there is a subcommand. */
  @ArgGroup private LabelledArgument labelled;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description =
          "How the figures are shown: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private ReportFormat format;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a page with plots and the mistakes, too.")
  private Optional<Path> html;

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description = "Write what the job made of each text, too, as JSON lines.")
  private Optional<Path> predictions;

  @Override
  public Integer call() throws Exception {
    html.ifPresent(OutputFile::check);
    predictions.ifPresent(OutputFile::check);
    if (labelled == null) {
      throw CommandException.usage(
          "Cannot evaluate: --labelled FILE or --labelled-topic TOPIC must be given");
    }
    Pipeline read = pipeline.read();
    EvaluationRun run = run(read, labelled.read(read, form.lines(), form.offsets()));
    if (predictions.isPresent()) {
      try (Writer out = Files.newBufferedWriter(predictions.get())) {
        run.writePredictions(out);
      }
    }
    if (html.isPresent()) {
      try (Writer out = Files.newBufferedWriter(html.get())) {
        HtmlReport.write(run.evaluation(), out);
      }
    }
    PrintWriter out = StandardStreams.writer();
    format.write(run.evaluation(), out);
    out.flush();
    return run.evaluation().isWhole() ? 0 : 1;
  }

  private static EvaluationRun run(Pipeline pipeline, LabelledTexts labelled) throws Exception {
    EmbeddedFlink flink =
        Cleanup.register(EmbeddedFlink.start(pipeline.job().parallelism(), new Configuration()));
    Progress progress = Progress.onError(labelled.texts().size());
    EvaluationRun run = EvaluationJob.run(pipeline, labelled, flink.client(), progress::show);
    progress.end(labelled.texts().size());
    return run;
  }
}
