package io.flanstream.model;

import io.flanstream.model.batch.Scheduler;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.checkpoint.LoadListener;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.checkpoint.TokenizerFile;
import io.flanstream.model.decode.TextNormalizer;
import io.flanstream.model.decode.Vocabulary;
import io.flanstream.model.device.Device;
import io.flanstream.model.djl.DjlDevice;
import io.flanstream.model.djl.DjlTokenizer;
import io.flanstream.model.djl.Packing;
import java.io.IOException;
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
   * @throws IllegalArgumentException if the device is not there
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
   * @throws IllegalArgumentException if the device is not there
   */
  public static TextModel open(ModelSettings settings, LoadListener listener) {
    return open(
        settings,
        (checkpoint, vocabulary) ->
            DjlDevice.open(
                checkpoint,
                vocabulary.size(),
                arithmetic(settings, checkpoint),
                packing(settings),
                settings.device(),
                settings.threads(),
                listener));
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
    Checkpoint checkpoint = Checkpoint.open(settings.directory()).withAdapters(settings.adapters());
    TokenizerFile file = TokenizerFile.read(checkpoint.tokenizerFile());
    Vocabulary vocabulary =
        new Vocabulary(
            file.pieces(), file.specialIds(), file.padId(), file.endId(), file.unknownId());
    TextNormalizer normalizer = normalizer(checkpoint, file);
    DjlTokenizer tokenizer = openTokenizer(checkpoint);
    try {
      Device device = devices.apply(checkpoint, vocabulary);
      Scheduler scheduler =
          new Scheduler(device, settings.batch(), "flanstream-" + settings.name());
      return new ScheduledTextModel(
          new ModelDescription(
              settings.name(), checkpoint.weightsHash(), title(settings, checkpoint)),
          checkpoint.config(),
          vocabulary,
          new NativeTextTokenizer(tokenizer, normalizer, file),
          scheduler,
          settings);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static StoredType arithmetic(ModelSettings settings, Checkpoint checkpoint) {
    return switch (settings.dtype()) {
      case FLOAT32, INT8 -> StoredType.F32;
      case BFLOAT16 -> StoredType.BF16;
      case AUTO ->
          settings.device().equals("cpu") || checkpoint.storedType() == StoredType.F32
              ? StoredType.F32
              : StoredType.BF16;
    };
  }

  private static Packing packing(ModelSettings settings) {
    if (settings.dtype() == ModelSettings.DataType.INT8) {
      return settings.int8Outputs() ? Packing.INT8_WHOLE : Packing.INT8;
    }
    return settings.prepack() ? Packing.PREPACKED : Packing.NONE;
  }

  private static String title(ModelSettings settings, Checkpoint checkpoint) {
    return settings.dtype() == ModelSettings.DataType.INT8
        ? "int8"
        : arithmetic(settings, checkpoint).title();
  }

  private static TextNormalizer normalizer(Checkpoint checkpoint, TokenizerFile file) {
    try {
      return TextNormalizer.parse(file.normalizer());
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          "Cannot open checkpoint: normalizer in %s is not supported: %s"
              .formatted(checkpoint.tokenizerFile(), e.getMessage()),
          e);
    }
  }

  private static DjlTokenizer openTokenizer(Checkpoint checkpoint) {
    try {
      return DjlTokenizer.open(checkpoint.tokenizerFile());
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s is not readable".formatted(checkpoint.tokenizerFile()), e);
    }
  }
}
