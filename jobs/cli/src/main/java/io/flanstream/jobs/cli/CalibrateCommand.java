package io.flanstream.jobs.cli;

import io.flanstream.jobs.bench.Benchmark;
import io.flanstream.jobs.calibrate.CalibrationFile;
import io.flanstream.jobs.calibrate.CalibrationMethod;
import io.flanstream.jobs.calibrate.Calibrator;
import io.flanstream.jobs.calibrate.Figures;
import io.flanstream.jobs.eval.LabelledFile;
import io.flanstream.jobs.eval.LabelledText;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.Progress;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.model.TextModel;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.task.ClassificationTask;
import io.flanstream.model.task.TaskResults;
import io.flanstream.model.task.TaskRunner;
import io.flanstream.schemas.Alternative;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flanstream calibrate}. */
@Command(
    name = "calibrate",
    description = {
      "Make the calibration of a classification task from a sample of texts.",
      "Reads {\"id\", \"text\"}, with \"gold\": {TASK: LABEL} where the label is known, and writes"
          + " the file that the task's calibration names: frozen, for these weights and this task."
    })
final class CalibrateCommand implements Callable<Integer> {
  private static final int IN_FLIGHT = 256;

  @Mixin private PipelineArgument pipeline;
  @Mixin private LabelledFormArgument form;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description = "Name of the task; the pipeline's only classification unless given.")
  private Optional<String> task;

  @Option(
      names = "--sample",
      paramLabel = "FILE",
      description = "File of JSON lines with the texts; not read by the method contextual.")
  private Optional<Path> sample;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description = {
        "labelled: the scale and offsets under which the labels are most likely.",
        "batch: offsets under which the labels are equally likely over the sample.",
        "contextual: the same over texts that say nothing, without a sample.",
        "Unless given: labelled where the sample has labels of the task, else batch, and contextual"
            + " without a sample."
      })
  private Optional<CalibrationMethod> method;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where the calibration is written; the output unless given.")
  private Optional<Path> out;

  @Override
  public Integer call() throws IOException, InterruptedException {
    out.ifPresent(OutputFile::check);
    Pipeline read = pipeline.read();
    Calibrator calibrator = new Calibrator(classification(read));
    List<LabelledText> texts =
        sample.isPresent()
            ? LabelledFile.readSample(sample.get(), read, form.lines(), form.offsets()).texts()
            : List.of();
    CalibrationMethod chosen = method(calibrator.withLabels(texts).isEmpty());
    TextModel model =
        Cleanup.register(LoadingProgress.show(new CheckpointModel(read.model())::open));
    TaskRunner runner = new TaskRunner(model, calibrator.rawTask(), read.overlong());
    Calibrator.Result result =
        switch (chosen) {
          case LABELLED -> {
            List<LabelledText> labelled = calibrator.withLabels(texts);
            yield calibrator.labelled(labelled, scores(model, runner, texts(labelled)), model);
          }
          case BATCH -> calibrator.unlabelled(chosen, scores(model, runner, texts(texts)), model);
          case CONTEXTUAL ->
              calibrator.unlabelled(chosen, scores(model, runner, Calibrator.CONTENT_FREE), model);
        };
    write(CalibrationFile.text(result, origin(chosen)));
    show(result);
    return 0;
  }

  private ClassificationTask classification(Pipeline read) {
    Map<String, ClassificationTask> known = new LinkedHashMap<>();
    read.tasks().tasks().stream()
        .filter(ClassificationTask.class::isInstance)
        .map(ClassificationTask.class::cast)
        .forEach(one -> known.put(one.name(), one));
    String name = task.orElseGet(() -> String.join(", ", known.keySet()));
    if (!known.containsKey(name)) {
      throw CommandException.usage(
          "Cannot calibrate: --task must be one of the pipeline's classifications %s, got %s"
              .formatted(known.keySet(), task.orElse("none")));
    }
    return known.get(name);
  }

  private CalibrationMethod method(boolean unlabelled) {
    CalibrationMethod usual =
        sample.isEmpty()
            ? CalibrationMethod.CONTEXTUAL
            : unlabelled ? CalibrationMethod.BATCH : CalibrationMethod.LABELLED;
    CalibrationMethod chosen = method.orElse(usual);
    if (sample.isEmpty() && chosen != CalibrationMethod.CONTEXTUAL) {
      throw CommandException.usage("Cannot calibrate: the method needs --sample FILE");
    }
    return chosen;
  }

  private static List<String> texts(List<LabelledText> texts) {
    return texts.stream().map(LabelledText::text).toList();
  }

  private static List<Map<String, Double>> scores(
      TextModel model, TaskRunner runner, List<String> texts) throws InterruptedException {
    Progress progress = Progress.onError(texts.size());
    List<Map<String, Double>> scores =
        new Benchmark<>(
                model,
                (String text) -> runner.run(text).thenApply(CalibrateCommand::scores),
                IN_FLIGHT)
            .run(texts, progress::show)
            .answers();
    progress.clear(texts.size());
    return scores;
  }

  private static Map<String, Double> scores(TaskResults results) {
    return results.classifications().get(0).getAlternatives().stream()
        .collect(Collectors.toMap(Alternative::getLabel, Alternative::getScore));
  }

  private Map<String, String> origin(CalibrationMethod chosen) throws IOException {
    if (chosen == CalibrationMethod.CONTEXTUAL) {
      return Map.of();
    }
    Map<String, String> origin = new LinkedHashMap<>();
    origin.put("file", sample.orElseThrow().getFileName().toString());
    origin.put("sha256", CalibrationFile.sha256(sample.orElseThrow()));
    return origin;
  }

  private void write(String text) throws IOException {
    if (out.isPresent()) {
      Files.writeString(out.get(), text);
      return;
    }
    PrintWriter writer = StandardStreams.writer();
    writer.print(text);
    writer.flush();
  }

  private static void show(Calibrator.Result result) {
    PrintWriter err = StandardStreams.errorWriter();
    err.printf(
        Locale.ROOT,
        "%s calibration from %,d texts, scale %.4f%n",
        result.method().name().toLowerCase(Locale.ROOT),
        result.texts(),
        result.calibration().scale());
    if (result.raw().isPresent()) {
      err.println("                          accuracy   log loss");
      line(err, "raw", result.raw().get());
      line(err, "calibrated, held out", result.calibrated().orElseThrow());
    }
    err.flush();
  }

  private static void line(PrintWriter err, String name, Figures figures) {
    err.printf(
        Locale.ROOT,
        "  %-22s  %7.2f %%   %8.4f%n",
        name,
        100 * figures.accuracy(),
        figures.logLoss());
  }
}
