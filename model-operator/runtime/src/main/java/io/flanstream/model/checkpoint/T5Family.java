package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Model families that the program computes, by transformers' {@code model_type}, with the defaults
 * of their config classes.
 */
public enum T5Family {
  /** T5 v1.0 and v1.1, Flan-T5, T0, UL2, Flan-UL2, ByT5. */
  T5("t5", "T5", new Defaults(32128, 2048, 6, 8, "relu")),
  /** mT5, mT0, Aya-101: T5 v1.1 with a large vocabulary; transformers 5 never scales its output. */
  MT5("mt5", "MT5", new Defaults(250112, 1024, 8, 6, "gated-gelu")),
  /** UMT5: T5 v1.1 with a relative position table in every block. */
  UMT5("umt5", "UMT5", new Defaults(250112, 1024, 8, 6, "gated-gelu"));

  /** Families that people take for T5, and what the program would need to compute them. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "longt5", "LongT5 needs its local and transient-global attention",
          "switch_transformers", "Switch Transformers needs its routed experts",
          "t5gemma", "T5Gemma needs Gemma's blocks, with rotary positions",
          "t5gemma2", "T5Gemma 2 needs Gemma's blocks, with rotary positions",
          "udop", "UDOP needs its page images and layout positions",
          "pix2struct", "Pix2Struct needs its image encoder",
          "pop2piano", "Pop2Piano needs its audio front end");

  private static final Map<String, String> CLASSES =
      Map.of(
          "LongT5", "longt5",
          "SwitchTransformers", "switch_transformers",
          "T5Gemma2", "t5gemma2",
          "T5Gemma", "t5gemma",
          "UMT5", "umt5",
          "MT5", "mt5",
          "T5", "t5");

  private final String modelType;
  private final String className;
  private final Defaults defaults;

  T5Family(String modelType, String className, Defaults defaults) {
    this.modelType = modelType;
    this.className = className;
    this.defaults = defaults;
  }

  /** What a config has where its file does not say it. */
  record Defaults(int vocabSize, int dFf, int layers, int heads, String projection) {}

  /** Transformers' {@code model_type}. */
  public String modelType() {
    return modelType;
  }

  /** Whether each block has a relative position table of its own, not the first one for all. */
  public boolean hasBiasInEveryBlock() {
    return this == UMT5;
  }

  String configClass() {
    return className + "Config";
  }

  Defaults defaults() {
    return defaults;
  }

  /**
   * The family of a config: by {@code model_type}, or where there is none by the class that {@code
   * architectures} names.
   *
   * @throws CheckpointException if it is another family, or an encoder without a decoder
   */
  static T5Family of(ConfigFile config) {
    List<String> classes = config.texts("architectures");
    JsonNode type = config.get("model_type");
    String name = type.asText("");
    if (name.isEmpty()) {
      name = classes.stream().flatMap(T5Family::typeOf).findFirst().orElse("");
      config.decide(
          "model type",
          name,
          "model_type is absent, architectures is %s".formatted(classes),
          Optional.empty());
    }
    for (T5Family family : values()) {
      if (family.modelType.equals(name)) {
        refuseEncoders(config, classes);
        return family;
      }
    }
    throw new CheckpointException(
        "Cannot open checkpoint: model_type in %s must be t5, mt5 or umt5, got %s%s"
            .formatted(
                config.file(),
                type.isMissingNode() ? "none" : type,
                OTHERS.containsKey(name) ? ": " + OTHERS.get(name) : ""));
  }

  private static Stream<String> typeOf(String architecture) {
    return CLASSES.keySet().stream()
        .filter(architecture::startsWith)
        .sorted((one, other) -> other.length() - one.length())
        .limit(1)
        .map(CLASSES::get);
  }

  private static void refuseEncoders(ConfigFile config, List<String> classes) {
    for (String architecture : classes) {
      if (architecture.endsWith("EncoderModel")
          || architecture.endsWith("ForTokenClassification")) {
        throw new CheckpointException(
            "Cannot open checkpoint: architectures in %s must be a model with a decoder, such as T5ForConditionalGeneration, got %s: an encoder alone scores and writes nothing"
                .formatted(config.file(), architecture));
      }
    }
  }
}
