package io.flanstream.jobs.cli;

import io.flanstream.jobs.plan.BatchLimits;
import io.flanstream.jobs.plan.Plan;
import io.flanstream.jobs.plan.PlanReport;
import io.flanstream.jobs.plan.PlannedModel;
import io.flanstream.jobs.plan.Speed;
import io.flanstream.jobs.plan.Workload;
import io.flanstream.jobs.terminal.ByteCount;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import io.flanstream.jobs.terminal.TextWidth;
import io.flanstream.model.device.DeviceKind;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flanstream plan}. */
@Command(
    name = "plan",
    description = {
      "Work out what a model takes on a device, and what it may give there.",
      "",
      "All of it is arithmetic over config.json, nothing is measured. What is counted are matrix",
      "multiplications; a phase takes the longer of its operations and its bytes. Exits with 1",
      "where the model does not fit."
    })
final class PlanCommand implements Callable<Integer> {
  private static final int LABELS = 18;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Directory of a Hugging Face checkpoint; its config.json is enough.")
  private Path directory;

  @Option(
      names = "--device",
      description = "A device that is known by name: ${COMPLETION-CANDIDATES}.")
  private Optional<DeviceKind> device;

  @Option(
      names = "--device-memory",
      paramLabel = "BYTES",
      description = "Memory of another device, such as 80GB or 24GiB.")
  private Optional<String> memory;

  @Option(
      names = "--peak-flops",
      paramLabel = "N",
      description = "Its operations a second at most, such as 312e12.")
  private Optional<Double> flops;

  @Option(
      names = "--bandwidth",
      paramLabel = "BYTES",
      description = "What it reads of its memory a second at most, such as 2TB.")
  private Optional<String> bandwidth;

  @Option(
      names = "--utilisation",
      defaultValue = "0.5",
      paramLabel = "SHARE",
      description = "Share of both that is reached (default: ${DEFAULT-VALUE}).")
  private double utilisation;

  @Option(
      names = "--number-bytes",
      defaultValue = "2",
      paramLabel = "N",
      description =
          "Bytes of a number of weights and caches: 2 for bfloat16, 4 for float32 (default:"
              + " ${DEFAULT-VALUE}).")
  private int numberBytes;

  @Option(
      names = "--int8",
      description =
          "Weights are 8-bit integers, but for the embedding: model.dtype int8 with"
              + " model.int8-outputs.")
  private boolean int8;

  @Option(
      names = "--tokens",
      defaultValue = "128",
      paramLabel = "N",
      description = "Tokens of a record's prompt (default: ${DEFAULT-VALUE}).")
  private int tokens;

  @Option(
      names = "--labels",
      defaultValue = "20",
      paramLabel = "N",
      description = "Labels to choose from, 0 for none (default: ${DEFAULT-VALUE}).")
  private int labels;

  @Option(
      names = "--label-tokens",
      defaultValue = "3",
      paramLabel = "N",
      description = "Tokens of a label (default: ${DEFAULT-VALUE}).")
  private int labelTokens;

  @Option(
      names = "--new-tokens",
      defaultValue = "0",
      paramLabel = "N",
      description = "Tokens that are written for a record (default: ${DEFAULT-VALUE}).")
  private int newTokens;

  @Option(
      names = "--batch-tokens",
      paramLabel = "N",
      description = "model.batch.max-tokens, where it is set.")
  private Optional<Integer> batchTokens;

  @Option(
      names = "--price-per-hour",
      paramLabel = "N",
      description = "Price of an hour of the device: adds that of a million records.")
  private Optional<Double> pricePerHour;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    PlanReport report = report();
    PrintWriter out = StandardStreams.writer();
    if (json) {
      out.println(report.json());
    } else {
      report
          .lines()
          .forEach(
              (label, value) -> out.println(Style.DIM.out(TextWidth.left(label, LABELS)) + value));
    }
    out.flush();
    return report.plan().fits() ? 0 : 1;
  }

  private PlanReport report() {
    PlannedModel model = PlannedModel.read(directory);
    try {
      Workload workload = new Workload(tokens, labels, labelTokens, newTokens);
      Plan plan = new Plan(model.cost(), checkedNumberBytes(), int8, memory(), workload, limits());
      return new PlanReport(model, plan, device, speed(), pricePerHour);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(e.getMessage());
    }
  }

  private int checkedNumberBytes() {
    if (numberBytes != 2 && numberBytes != 4) {
      throw CommandException.usage("Cannot plan: numbers have 2 or 4 bytes, got " + numberBytes);
    }
    return numberBytes;
  }

  private BatchLimits limits() {
    BatchLimits usual = BatchLimits.defaults();
    return new BatchLimits(batchTokens.orElse(usual.tokens()), usual.requests(), usual.decoding());
  }

  private double memory() {
    return memory
        .map(ByteCount::parse)
        .or(() -> device.map(DeviceKind::memory))
        .orElseThrow(
            () -> CommandException.usage("Cannot plan: name a --device or its --device-memory"));
  }

  private Optional<Speed> speed() {
    Optional<Double> peak = flops.or(() -> device.map(DeviceKind::flops));
    Optional<Double> moved =
        bandwidth.map(ByteCount::parse).or(() -> device.map(DeviceKind::bandwidth));
    if (peak.isPresent() != moved.isPresent()) {
      throw CommandException.usage(
          "Cannot plan: records/s need both --peak-flops and --bandwidth, or a --device");
    }
    return peak.map(known -> new Speed(known, moved.orElseThrow(), utilisation));
  }
}
