package io.flanstream.jobs.check;

import io.flanstream.jobs.terminal.ByteCount;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.ModelSettings.DataType;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.LoadListener;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.checkpoint.T5Cost;
import io.flanstream.model.djl.DeviceProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What somebody runs first on a machine: whether its device gives Hugging Face's numbers, whether a
 * model's are the same there as elsewhere, and how much of the device the model uses.
 */
public final class DeviceCheck {
  private static final String CPU = "cpu";

  private final ModelSettings settings;
  private final Consumer<CheckStep> listener;
  private final List<CheckStep> steps = new ArrayList<>();

  /**
   * A check of a model on a device.
   *
   * @param settings the model, on one device
   * @param listener is told each step when it is done
   */
  public DeviceCheck(ModelSettings settings, Consumer<CheckStep> listener) {
    this.settings = settings;
    this.listener = listener;
  }

  /**
   * Runs every step.
   *
   * @param opening opens the model, and shows how far that is
   * @return the steps
   * @throws InterruptedException if the calling thread is interrupted
   */
  public List<CheckStep> run(Function<ModelSettings, TextModel> opening)
      throws IOException, InterruptedException {
    // Refused at once, and not after a minute of golden answers.
    Checkpoint checkpoint = Checkpoint.open(settings.directory());
    try (DeviceProbe probe = DeviceProbe.open(device(), settings.threads())) {
      done(CheckStep.of("device", true, probe.title(), Map.of()));
      goldens();
      measureModel(probe, checkpoint, opening);
    }
    return List.copyOf(steps);
  }

  private void goldens() throws IOException {
    // Deleted where a signal ends the process, too.
    try (GoldenDirectory golden =
        Cleanup.register(new GoldenDirectory(Files.createTempDirectory("flanstream-golden-")))) {
      GoldenStep step = new GoldenStep(device());
      for (String name : GoldenCheckpointFiles.NAMES) {
        Path checkpoint = GoldenCheckpointFiles.write(name, golden.directory());
        for (DataType dtype : DataType.values()) {
          if (dtype != DataType.AUTO) {
            done(step.run(name, checkpoint, dtype));
          }
        }
      }
    }
  }

  private void measureModel(
      DeviceProbe probe, Checkpoint checkpoint, Function<ModelSettings, TextModel> opening)
      throws InterruptedException {
    T5Cost cost = new T5Cost(checkpoint.config(), checkpoint.head().isPresent());
    // Before the model takes the memory.
    double launches = probe.launchesPerSecond();
    done(
        CheckStep.of(
            "launches",
            launches > 0,
            String.format(Locale.ROOT, "%,.0f operations a second, one after the other", launches),
            Map.of("launchesPerSecond", launches)));
    try (TextModel model = opening.apply(settings)) {
      DataType dtype = dtype(model);
      boolean half = dtype == DataType.BFLOAT16 || (dtype == DataType.INT8 && !isCpu());
      StoredType type = half ? StoredType.BF16 : StoredType.F32;
      NumbersStep numbers = new NumbersStep(dtype);
      done(numbers.alone(model));
      if (!isCpu()) {
        done(againstTheCpu(numbers, model, cost));
      }
      SpeedStep speed = new SpeedStep(model, cost);
      done(speed.encode(probe.flops(type)));
      done(
          dtype == DataType.INT8
              ? CheckStep.skipped(
                  "decode", "int8 weights are beside " + type.title() + " ones of the outputs")
              : speed.decode(probe.bytesPerSecond(type), type.bytes()));
      done(
          isCpu()
              ? CheckStep.skipped(
                  "out of memory", "a CPU's memory is that of the machine's other processes too")
              : MemoryStep.run(probe, model));
    }
  }

  private CheckStep againstTheCpu(NumbersStep numbers, TextModel model, T5Cost cost) {
    long needed = cost.parameters() * StoredType.F32.bytes();
    try (DeviceProbe cpu = DeviceProbe.open(CPU, 0)) {
      if (cpu.freeBytes() < needed + needed / 4) {
        return CheckStep.skipped(
            "model, device and CPU",
            "the CPU's float32 needs %s of memory, and %s are free"
                .formatted(ByteCount.of(needed + needed / 4), ByteCount.of(cpu.freeBytes())));
      }
    }
    ModelSettings reference =
        ModelSettings.builder(settings.directory())
            .adapters(settings.adapters())
            .dtype(DataType.FLOAT32)
            .build();
    try (TextModel opened = TextModels.open(reference, LoadListener.NONE)) {
      return numbers.against(model, opened);
    }
  }

  private static DataType dtype(TextModel model) {
    String dtype = model.description().dtype();
    return Stream.of(DataType.values())
        .filter(type -> dtype.startsWith(type.name().toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElse(DataType.FLOAT32);
  }

  private String device() {
    return settings.devices().get(0);
  }

  private boolean isCpu() {
    return device().equals(CPU);
  }

  private void done(CheckStep step) {
    steps.add(step);
    listener.accept(step);
  }

  /**
   * Where the golden checkpoints are while they are tried.
   *
   * @param directory the directory, which goes when this is closed
   */
  private record GoldenDirectory(Path directory) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      if (Files.exists(directory)) {
        try (Stream<Path> files = Files.walk(directory)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.deleteIfExists(file);
          }
        }
      }
    }
  }
}
