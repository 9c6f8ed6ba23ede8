package io.flanstream.model.flink;

import io.flanstream.model.ModelKeys;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.batch.BatchSettings;
import io.flanstream.model.device.DeviceMap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;

/** Keys under {@code model.*}: the same in the pipeline file, in SQL and on the command line. */
public final class ModelOptions {

  /** Directory of the checkpoint. */
  public static final ConfigOption<String> PATH =
      ConfigOptions.key("model.path")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Directory of a Hugging Face checkpoint: config.json, tokenizer.json or spiece.model,"
                  + " and safetensors files. May lie on a file system of Flink's, such as"
                  + " s3://bucket/flan-ul2; then each machine copies it once.");

  /** Adapters. */
  public static final ConfigOption<List<String>> ADAPTER =
      ConfigOptions.key("model.adapter")
          .stringType()
          .asList()
          .noDefaultValue()
          .withDescription(
              "Directories of LoRA adapters as PEFT writes them, adapter_config.json and"
                  + " adapter_model.safetensors, merged into the weights when these are loaded:"
                  + " one, or several parted by semicolons, of which each adds its part.");

  /** Where copies of checkpoints lie. */
  public static final ConfigOption<String> CACHE_DIRECTORY =
      ConfigOptions.key("model.cache-directory")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Local directory for copies of checkpoints that lie on another file system, on a disk"
                  + " with room for them; flanstream-models in the JVM's directory for temporary"
                  + " files unless set, with the user's name behind it where somebody else has"
                  + " that. Nothing in it is deleted.");

  /** Name in the results. */
  public static final ConfigOption<String> NAME =
      ConfigOptions.key("model.name")
          .stringType()
          .noDefaultValue()
          .withDescription("Name of the model in the results; the directory's name unless set.");

  /** Arithmetic. */
  public static final ConfigOption<ModelSettings.DataType> DTYPE =
      ConfigOptions.key(ModelKeys.DTYPE)
          .enumType(ModelSettings.DataType.class)
          .defaultValue(ModelSettings.DataType.AUTO)
          .withDescription(
              "Arithmetic: float32, bfloat16, int8 for 8-bit weights, with float32 between them on"
                  + " the CPU and bfloat16 on a GPU, or auto for float32 on the CPU and the"
                  + " checkpoint's own on a GPU. int8 has been run on the CPU only so far.");

  /** How much is int8. */
  public static final ConfigOption<Boolean> INT8_OUTPUTS =
      ConfigOptions.key("model.int8-outputs")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether int8 takes in the feed-forward's output projections and the head, which are"
                  + " float32 (bfloat16 on a GPU) unless set: faster, smaller, less exact.");

  /** How a GPU multiplies with int8 weights. */
  public static final ConfigOption<ModelSettings.Int8Activations> INT8_ACTIVATIONS =
      ConfigOptions.key(ModelKeys.INT8_ACTIVATIONS)
          .enumType(ModelSettings.Int8Activations.class)
          .defaultValue(ModelSettings.Int8Activations.AUTO)
          .withDescription(
              "Whether products of int8 weights quantise activations too, with a scale a position,"
                  + " or unpack the weights to bfloat16. On a GPU; the CPU always quantises. auto"
                  + " quantises in the decoder, and in the encoder where the data sheet of the card"
                  + " says that it is faster, which the log says; true and false decide.");

  /** What a label's tokens compete with. */
  public static final ConfigOption<ModelSettings.ScoreNormalizer> SCORE_NORMALIZER =
      ConfigOptions.key("model.score-normalizer")
          .enumType(ModelSettings.ScoreNormalizer.class)
          .defaultValue(ModelSettings.ScoreNormalizer.VOCABULARY)
          .withDescription(
              "Which tokens share the probability at each token of a label: vocabulary for all, as"
                  + " Hugging Face computes it, or labels for those that continue a label, which"
                  + " reads those rows of the head alone and so costs less with a large vocabulary."
                  + " Other scores, which need calibrations and thresholds of their own.");

  /** Layout of the weights. */
  public static final ConfigOption<ModelSettings.Prepack> PREPACK =
      ConfigOptions.key(ModelKeys.PREPACK)
          .enumType(ModelSettings.Prepack.class)
          .defaultValue(ModelSettings.Prepack.AUTO)
          .withDescription(
              "Whether weights are copied into the layout of the CPU's kernels: faster, but memory"
                  + " of the process instead of mapped files. auto copies them where the copy"
                  + " takes less than a third of the free memory; true and false decide. int8"
                  + " always is.");

  /** Device. */
  public static final ConfigOption<String> DEVICE =
      ConfigOptions.key(ModelKeys.DEVICE)
          .stringType()
          .defaultValue("cpu")
          .withDescription(
              "Device that computes: cpu, or cuda:N. Several, parted by commas, have a copy of the"
                  + " model each, and a request goes where the fewest tokens wait; then the bounds"
                  + " under model.batch and model.cache-memory are those of each. With"
                  + " model.device-map they share one copy.");

  /** Layers over several devices. */
  public static final ConfigOption<String> DEVICE_MAP =
      ConfigOptions.key("model.device-map")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Spreads the layers of one copy over the devices of model.device, in order: auto for"
                  + " the same share of each one's free memory, sequential to fill one before the"
                  + " next, or ranges of blocks such as encoder.block.0-31=cuda:0,"
                  + " decoder.block.0-31=cuda:1. They compute one after the other. Run on the CPU"
                  + " only so far.");

  /** Longest prompt. */
  public static final ConfigOption<Integer> MAX_INPUT_TOKENS =
      ConfigOptions.key(ModelKeys.MAX_INPUT_TOKENS)
          .intType()
          .defaultValue(2048)
          .withDescription(
              "The most tokens of a prompt, its end token included. UL2 was trained on up to"
                  + " 2048.");

  /** Encoder tokens in a batch. */
  public static final ConfigOption<Integer> BATCH_MAX_TOKENS =
      ConfigOptions.key(ModelKeys.BATCH_MAX_TOKENS)
          .intType()
          .defaultValue(4096)
          .withDescription("The most encoder tokens in a batch, padding included.");

  /** Records in a batch. */
  public static final ConfigOption<Integer> BATCH_MAX_REQUESTS =
      ConfigOptions.key(ModelKeys.BATCH_MAX_REQUESTS)
          .intType()
          .defaultValue(64)
          .withDescription("The most requests in a batch.");

  /** Age at which a part-full batch goes. */
  public static final ConfigOption<Duration> BATCH_MAX_WAIT =
      ConfigOptions.key("model.batch.max-wait")
          .durationType()
          .defaultValue(Duration.ofMillis(5))
          .withDescription("How long a request may wait for company before its batch goes.");

  /** Requests that decode at once. */
  public static final ConfigOption<Integer> BATCH_MAX_DECODING =
      ConfigOptions.key(ModelKeys.BATCH_MAX_DECODING)
          .intType()
          .defaultValue(64)
          .withDescription(
              "The most requests that write text at once, each beam of a beam search being one;"
                  + " others wait to join them.");

  /** Memory of attention caches. */
  public static final ConfigOption<MemorySize> CACHE_MEMORY =
      ConfigOptions.key("model.cache-memory")
          .memoryType()
          .noDefaultValue()
          .withDescription(
              "The most memory of attention caches; half of what the device has free after loading"
                  + " unless set.");

  /** Patience with the device. */
  public static final ConfigOption<Duration> CALL_TIMEOUT =
      ConfigOptions.key(ModelKeys.CALL_TIMEOUT)
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription(
              "How long one call of the device may take before the device counts as lost: the job"
                  + " restarts with the model opened anew, and no event becomes a dead letter for"
                  + " it.");

  /** Patience with a call that was given up. */
  public static final ConfigOption<Duration> DEVICE_LOSS_GRACE =
      ConfigOptions.key("model.device-loss.grace")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "How long a call that has exceeded model.call-timeout may still take to return. After"
                  + " that its process ends with exit code 75, so that its supervisor starts"
                  + " another: the memory of a call that never returns cannot be freed.");

  /** Losses at which a job gives up. */
  public static final ConfigOption<Integer> DEVICE_LOSS_MAX =
      ConfigOptions.key("model.device-loss.max")
          .intType()
          .defaultValue(5)
          .withDescription(
              "Losses of the device within model.device-loss.within at which a job fails for good,"
                  + " on one machine.");

  /** How long a loss counts. */
  public static final ConfigOption<Duration> DEVICE_LOSS_WITHIN =
      ConfigOptions.key("model.device-loss.within")
          .durationType()
          .defaultValue(Duration.ofHours(1))
          .withDescription("How long a loss of the device counts towards model.device-loss.max.");

  /** Where losses are noted. */
  public static final ConfigOption<String> DEVICE_LOSS_DIRECTORY =
      ConfigOptions.key("model.device-loss.directory")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Local directory in which processes note losses of the device, so that losses that"
                  + " end a process count too; flanstream-devices in the JVM's directory for"
                  + " temporary files unless set, with the user's name behind it where somebody"
                  + " else has that.");

  /** Size from which choices are searched. */
  public static final ConfigOption<Integer> SEARCH_POSITIONS =
      ConfigOptions.key(ModelKeys.SEARCH_POSITIONS)
          .intType()
          .defaultValue(64)
          .withDescription(
              "Choices whose common prefixes leave more positions than this are searched best-first"
                  + " where only the best are asked for; others are scored whole.");

  /** libtorch threads. */
  public static final ConfigOption<Integer> THREADS =
      ConfigOptions.key(ModelKeys.THREADS)
          .intType()
          .defaultValue(0)
          .withDescription("Threads of one model call on the CPU; 0 for one for each core.");

  private ModelOptions() {}

  /**
   * Reads and checks the options.
   *
   * @param config options under {@code model.*}
   * @return the settings
   * @throws IllegalArgumentException if one is missing or out of bounds
   */
  public static ModelSettings read(ReadableConfig config) {
    String path =
        config
            .getOptional(PATH)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Cannot open model: %s must be set".formatted(PATH.key())));
    String[] devices = config.get(DEVICE).split("\\s*,\\s*");
    ModelSettings.Builder settings =
        ModelSettings.builder(Path.of(path))
            .adapters(config.getOptional(ADAPTER).orElse(List.of()).stream().map(Path::of).toList())
            .dtype(config.get(DTYPE))
            .devices(devices)
            .maxInputTokens(config.get(MAX_INPUT_TOKENS))
            .batch(batch(config))
            .searchPositions(config.get(SEARCH_POSITIONS))
            .threads(config.get(THREADS))
            .prepack(config.get(PREPACK))
            .int8Outputs(config.get(INT8_OUTPUTS))
            .int8Activations(config.get(INT8_ACTIVATIONS))
            .scoreNormalizer(config.get(SCORE_NORMALIZER));
    config.getOptional(NAME).ifPresent(settings::name);
    config
        .getOptional(DEVICE_MAP)
        .ifPresent(map -> settings.deviceMap(DeviceMap.parse(map, List.of(devices))));
    return settings.build();
  }

  private static BatchSettings batch(ReadableConfig config) {
    return new BatchSettings(
        config.get(BATCH_MAX_TOKENS),
        config.get(BATCH_MAX_REQUESTS),
        config.get(BATCH_MAX_DECODING),
        config.getOptional(CACHE_MEMORY).map(MemorySize::getBytes).orElse(0L),
        config.get(BATCH_MAX_WAIT),
        config.get(CALL_TIMEOUT));
  }
}
