package io.flanstream.model;

import io.flanstream.model.batch.BatchSettings;
import io.flanstream.model.batch.Replicas;
import io.flanstream.model.batch.Scheduler;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.checkpoint.CheckpointTokenizer;
import io.flanstream.model.checkpoint.LoadListener;
import io.flanstream.model.checkpoint.LoadProgress;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.decode.Vocabulary;
import io.flanstream.model.device.Device;
import io.flanstream.model.device.DeviceMap;
import io.flanstream.model.djl.AutomaticInt8;
import io.flanstream.model.djl.AutomaticPacking;
import io.flanstream.model.djl.DjlDevice;
import io.flanstream.model.djl.Int8Products;
import io.flanstream.model.djl.Packing;
import io.flanstream.model.djl.ProgramBranch;
import io.flanstream.model.djl.WeightLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Opens models. */
public final class TextModels {
  private TextModels() {}

  /**
   * Opens a checkpoint: checks it whole, maps its weights and starts its scheduler.
   *
   * @param settings what to open, and how
   * @return the model, to be closed by the caller
   * @throws CheckpointException if the checkpoint cannot be used
   * @throws IllegalArgumentException if a device is not there, or has too little memory
   */
  public static TextModel open(ModelSettings settings) {
    return open(settings, LoadListener.NONE);
  }

  /**
   * Opens a checkpoint: checks it whole, maps its weights and starts its scheduler.
   *
   * @param settings what to open, and how
   * @param listener is told how far the weights are loaded
   * @return the model, to be closed by the caller
   * @throws CheckpointException if the checkpoint cannot be used
   * @throws IllegalArgumentException if a device is not there, or has too little memory
   */
  public static TextModel open(ModelSettings settings, LoadListener listener) {
    return openOn(
        settings,
        (checkpoint, vocabulary) -> devices(settings, checkpoint, vocabulary, listener),
        listener);
  }

  private static List<Device> devices(
      ModelSettings settings, Checkpoint checkpoint, Vocabulary vocabulary, LoadListener listener) {
    List<Device> devices = new ArrayList<>();
    long begun = System.nanoTime();
    List<DeviceMap> copies = settings.copies();
    WeightLayout layout =
        new WeightLayout(
            arithmetic(settings, checkpoint),
            packing(settings, checkpoint),
            products(settings, checkpoint));
    try {
      for (DeviceMap copy : copies) {
        int done = devices.size();
        devices.add(
            DjlDevice.open(
                checkpoint,
                vocabulary.size(),
                layout,
                copy,
                threads(settings),
                progress ->
                    listener.loaded(
                        new LoadProgress(
                            progress.stage(),
                            progress.bytes() + done * progress.total(),
                            copies.size() * progress.total(),
                            Duration.ofNanos(System.nanoTime() - begun)))));
      }
      return devices;
    } catch (RuntimeException e) {
      devices.forEach(Device::close);
      throw e;
    }
  }

  /** Replicas on the CPU share its cores. */
  private static int threads(ModelSettings settings) {
    int replicas = settings.copies().size();
    return settings.threads() > 0 || replicas == 1
        ? settings.threads()
        : Math.max(1, Runtime.getRuntime().availableProcessors() / replicas);
  }

  /**
   * Opens a checkpoint on a device of the caller's making: for benchmarks and tests of everything
   * above the device.
   *
   * @param settings what to open, and how
   * @param devices makes the device, which the model owns
   * @return the model, to be closed by the caller
   * @throws CheckpointException if the checkpoint cannot be used
   */
  public static TextModel open(
      ModelSettings settings, BiFunction<Checkpoint, Vocabulary, Device> devices) {
    return openOn(
        settings,
        (checkpoint, vocabulary) -> List.of(devices.apply(checkpoint, vocabulary)),
        LoadListener.NONE);
  }

  private static TextModel openOn(
      ModelSettings settings,
      BiFunction<Checkpoint, Vocabulary, List<Device>> devices,
      LoadListener listener) {
    Checkpoint checkpoint = Checkpoint.open(settings.directory()).withAdapters(settings.adapters());
    CheckpointTokenizer source = CheckpointTokenizer.open(checkpoint.directory());
    Vocabulary vocabulary = vocabulary(source, checkpoint.config().vocabSize());
    ModelDescription description =
        new ModelDescription(
            settings.name(), checkpoint.weightsHash(listener), title(settings, checkpoint));
    ModelTokenizer tokenizer =
        source.ofBytes() ? new ByteTextTokenizer(vocabulary) : NativeTextTokenizer.open(source);
    try {
      Replicas replicas = replicas(settings, devices.apply(checkpoint, vocabulary));
      return new ScheduledTextModel(
          new ScheduledTextModel.Opened(description, checkpoint.config(), vocabulary, settings),
          tokenizer,
          replicas);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** Without what the embedding has no rows for. */
  private static Vocabulary vocabulary(CheckpointTokenizer source, int rows) {
    try {
      return source.file().vocabulary(rows);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          "Cannot open checkpoint: normalizer in %s is not supported: %s"
              .formatted(source.source(), e.getMessage()),
          e);
    }
  }

  private static Replicas replicas(ModelSettings settings, List<Device> devices) {
    List<Scheduler> schedulers = new ArrayList<>();
    for (Device device : devices) {
      String name = "flanstream-" + settings.name();
      schedulers.add(
          devices.size() == 1
              ? new Scheduler(device, settings.batch(), name)
              : new Scheduler(
                  device, batch(settings, device), name + "-" + (schedulers.size() + 1)));
    }
    return new Replicas(schedulers);
  }

  /** Replicas on the CPU share its memory. */
  private static BatchSettings batch(ModelSettings settings, Device device) {
    boolean shared = settings.devices().contains("cpu") && settings.batch().cacheBytes() == 0;
    return shared
        ? settings.batch().withCacheBytes(device.freeBytes() / 2 / settings.devices().size())
        : settings.batch();
  }

  private static StoredType arithmetic(ModelSettings settings, Checkpoint checkpoint) {
    return switch (settings.dtype()) {
      case FLOAT32 -> StoredType.F32;
      case BFLOAT16 -> StoredType.BF16;
      case INT8 ->
          ProgramBranch.of(settings.devices()) == ProgramBranch.CPU
              ? StoredType.F32
              : StoredType.BF16;
      case AUTO ->
          settings.devices().contains("cpu") || checkpoint.storedType() == StoredType.F32
              ? StoredType.F32
              : StoredType.BF16;
    };
  }

  private static Int8Products products(ModelSettings settings, Checkpoint checkpoint) {
    return switch (settings.int8Activations()) {
      case TRUE -> Int8Products.ACTIVATIONS;
      case FALSE -> Int8Products.WEIGHTS_ALONE;
      case AUTO ->
          settings.dtype() == ModelSettings.DataType.INT8
                  && ProgramBranch.of(settings.devices()) == ProgramBranch.CUDA
              ? AutomaticInt8.choose(
                  checkpoint.config(), settings.int8Outputs(), settings.batch().maxTokens())
              : Int8Products.ACTIVATIONS;
    };
  }

  private static Packing packing(ModelSettings settings, Checkpoint checkpoint) {
    Packing all = packingOfAll(settings, checkpoint);
    return settings.scoreNormalizer() == ModelSettings.ScoreNormalizer.LABELS
        ? all.withoutHead()
        : all;
  }

  private static Packing packingOfAll(ModelSettings settings, Checkpoint checkpoint) {
    if (settings.dtype() == ModelSettings.DataType.INT8) {
      return settings.int8Outputs() ? Packing.INT8_WHOLE : Packing.INT8;
    }
    return switch (settings.prepack()) {
      case TRUE -> Packing.PREPACKED;
      case FALSE -> Packing.NONE;
      case AUTO ->
          AutomaticPacking.choose(checkpoint, arithmetic(settings, checkpoint), settings.copies());
    };
  }

  private static String title(ModelSettings settings, Checkpoint checkpoint) {
    String dtype =
        settings.dtype() == ModelSettings.DataType.INT8
            ? "int8"
            : arithmetic(settings, checkpoint).title();
    return settings.scoreNormalizer() == ModelSettings.ScoreNormalizer.VOCABULARY
        ? dtype
        : dtype + ", scored among labels";
  }
}
