package io.flanstream.jobs.cli;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.jobs.check.CheckStep;
import io.flanstream.jobs.check.DeviceCheck;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import io.flanstream.jobs.terminal.TextWidth;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModels;
import io.flanstream.model.flink.ModelOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flanstream model check}. */
@Command(
    name = "check",
    description = {
      "Say whether a device gives the right numbers, and how much of it a model uses.",
      "Compares small checkpoints that ship with this command with Hugging Face's answers, in every"
          + " dtype of the device; the model's answers in company and alone, and on a GPU with the"
          + " CPU's; measures encoding and decoding as shares of the device's own peak and"
          + " bandwidth; and takes a GPU's memory away for a moment. The exit code is 1 where a"
          + " step fails."
    })
final class ModelCheckCommand implements Callable<Integer> {
  private static final int NAMES = 28;
  private static final int OUTCOMES = 9;

  @Mixin private ModelArguments model;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "cpu or cuda:N: the option model.device.")
  private Optional<String> device;

  @Option(
      names = "--precision",
      paramLabel = "DTYPE",
      description = "Arithmetic of the weights: the option model.dtype.")
  private Optional<String> precision;

  @Option(names = "--json", description = "Print one JSON array of all steps at the end.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<String, String> own = new HashMap<>();
    device.ifPresent(name -> own.put(ModelOptions.DEVICE.key(), name));
    precision.ifPresent(dtype -> own.put(ModelOptions.DTYPE.key(), dtype));
    ModelSettings settings = model.settings(own);
    if (settings.devices().size() != 1) {
      throw CommandException.usage(
          "Cannot check model: %s must be one device, got %s"
              .formatted(ModelOptions.DEVICE.key(), String.join(",", settings.devices())));
    }
    PrintWriter out = StandardStreams.writer();
    List<CheckStep> steps =
        new DeviceCheck(settings, json ? step -> {} : step -> print(step, out))
            .run(opened -> LoadingProgress.show(listener -> TextModels.open(opened, listener)));
    if (json) {
      out.println(
          JsonMapper.builder()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .build()
              .writeValueAsString(steps));
    }
    out.flush();
    return steps.stream().anyMatch(step -> step.outcome() == CheckStep.Outcome.FAILED) ? 1 : 0;
  }

  private static void print(CheckStep step, PrintWriter out) {
    String outcome = TextWidth.left(step.outcome().name().toLowerCase(Locale.ROOT), OUTCOMES);
    Style style =
        switch (step.outcome()) {
          case PASSED -> Style.GREEN;
          case FAILED -> Style.RED;
          case SKIPPED -> Style.DIM;
        };
    out.println(style.out(outcome) + TextWidth.left(step.name(), NAMES) + " " + step.says());
    out.flush();
  }
}
