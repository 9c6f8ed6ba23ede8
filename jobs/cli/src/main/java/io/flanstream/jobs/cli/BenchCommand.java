package io.flanstream.jobs.cli;

import io.flanstream.jobs.bench.BenchFigures;
import io.flanstream.jobs.bench.BenchFormat;
import io.flanstream.jobs.bench.BenchMode;
import io.flanstream.jobs.bench.BenchReport;
import io.flanstream.jobs.bench.Benchmark;
import io.flanstream.jobs.bench.DeviceShares;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.Progress;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.model.GenerationConfig;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.T5Cost;
import io.flanstream.model.djl.DeviceProbe;
import io.flanstream.model.flink.ModelOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.util.ExceptionUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flanstream bench}. */
@Command(
    name = "bench",
    description = {
      "Measure this runtime on a checkpoint and prompts of yours.",
      "Reads the prompts of 'model score', {\"id\", \"prompt\", \"choices\": [...]}, or of 'model"
          + " generate', asks them all, so many under way at a time, and prints records a second,"
          + " latencies, tokens a second by phase, how time grows with tokens, how full and padded"
          + " the batches were, and how much of the device's own peak and bandwidth that is, which"
          + " are measured afterwards."
    })
final class BenchCommand implements Callable<Integer> {
  @Mixin private ModelArguments model;

  @Option(
      names = "--prompts",
      required = true,
      paramLabel = "FILE",
      description = "File of JSON lines.")
  private Path prompts;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "score",
      description = "What is asked: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private BenchMode mode;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "The most tokens of a generated answer (default: ${DEFAULT-VALUE}).")
  private int maxNewTokens;

  @Option(
      names = "--precision",
      paramLabel = "DTYPE",
      description = "Arithmetic of the weights: the option model.dtype.")
  private Optional<String> precision;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of a model call: the option model.threads.")
  private Optional<Integer> threads;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      defaultValue = "256",
      description = "The most prompts under way at a time (default: ${DEFAULT-VALUE}).")
  private int inFlight;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "16",
      description =
          "So many of the prompts are asked before, without being measured (default:"
              + " ${DEFAULT-VALUE}).")
  private int warmup;

  @Option(
      names = "--answers",
      paramLabel = "FILE",
      description = "Write the answers, too, as 'model score' and 'model generate' do.")
  private Optional<Path> answers;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description =
          "How the figures are shown: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private BenchFormat format;

  @Override
  public Integer call() throws IOException, InterruptedException {
    atLeast(1, maxNewTokens, "--max-new-tokens");
    atLeast(1, inFlight, "--in-flight");
    atLeast(0, warmup, "--warmup");
    answers.ifPresent(OutputFile::check);
    List<RequestLine> lines = PromptFile.read(prompts);
    long begun = System.nanoTime();
    TextModel opened = model.open(settings());
    double loadSeconds = (System.nanoTime() - begun) / 1e9;
    LineAnswerer answerer = answerer(opened);
    Benchmark<RequestLine, String> benchmark =
        new Benchmark<>(opened, line -> answer(answerer, line), inFlight);
    benchmark.run(lines.subList(0, Math.min(warmup, lines.size())), done -> {});
    Benchmark.Run<String> run = measure(benchmark, lines);
    if (answers.isPresent()) {
      Files.write(answers.get(), run.answers());
    }
    PrintWriter out = StandardStreams.writer();
    format.write(
        new BenchReport(
            mode,
            opened.description(),
            threads.orElse(ModelOptions.THREADS.defaultValue()),
            inFlight,
            loadSeconds,
            run.figures(),
            shares(opened, run.figures()).orElse(null)),
        out);
    out.flush();
    return 0;
  }

  /** Of one device: where there are several, each has its own pace. */
  private Optional<DeviceShares> shares(TextModel opened, BenchFigures figures) {
    ModelSettings used = model.settings(settings());
    if (used.devices().size() > 1) {
      return Optional.empty();
    }
    Checkpoint checkpoint = Checkpoint.open(used.directory());
    T5Cost cost = new T5Cost(checkpoint.config(), checkpoint.head().isPresent());
    try (DeviceProbe probe = DeviceProbe.open(used.devices().get(0), used.threads())) {
      return DeviceShares.measure(figures, cost, opened.description().dtype(), probe);
    }
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    precision.ifPresent(dtype -> settings.put(ModelOptions.DTYPE.key(), dtype));
    threads.ifPresent(count -> settings.put(ModelOptions.THREADS.key(), count.toString()));
    return settings;
  }

  private LineAnswerer answerer(TextModel opened) {
    if (mode == BenchMode.GENERATE) {
      GenerationConfig decoding = GenerationConfig.free(maxNewTokens);
      return line -> ModelGenerateCommand.generate(opened, decoding, line);
    }
    ChoiceSets sets = new ChoiceSets(opened);
    return line -> ModelScoreCommand.score(opened, sets, line);
  }

  private static CompletableFuture<String> answer(LineAnswerer answerer, RequestLine line) {
    try {
      return answerer
          .answer(line)
          .exceptionally(
              failure -> {
                throw failure(line, ExceptionUtils.stripCompletionException(failure));
              });
    } catch (LineException | IllegalArgumentException e) {
      throw failure(line, e);
    }
  }

  private static CommandException failure(RequestLine line, Throwable cause) {
    return new CommandException(
        "Cannot measure: line %s: %s".formatted(line.number(), FailureHandler.message(cause)),
        cause);
  }

  private static Benchmark.Run<String> measure(
      Benchmark<RequestLine, String> benchmark, List<RequestLine> lines)
      throws InterruptedException {
    Progress progress = Progress.onError(lines.size());
    Benchmark.Run<String> run = benchmark.run(lines, progress::show);
    progress.clear(lines.size());
    return run;
  }

  private static void atLeast(int bound, int value, String option) {
    if (value < bound) {
      throw CommandException.usage(
          "Cannot measure: %s must be at least %s, got %s".formatted(option, bound, value));
    }
  }
}
