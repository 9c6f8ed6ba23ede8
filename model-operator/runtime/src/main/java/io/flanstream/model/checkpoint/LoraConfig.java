package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * {@code adapter_config.json} of a LoRA adapter, as {@code peft/tuners/lora/config.py} defines it.
 *
 * <p>What would change the weights otherwise than by two factors a linear map is refused, and so is
 * a key that is not known and set.
 */
final class LoraConfig {
  /** Keys that say how an adapter was trained, or by whom. */
  private static final Set<String> NEUTRAL =
      Set.of(
          "auto_mapping",
          "base_model_name_or_path",
          "corda_config",
          "eva_config",
          "inference_mode",
          "layers_pattern",
          "loftq_config",
          "lora_dropout",
          "lora_ga_config",
          "megatron_config",
          "megatron_core",
          "merge_weights",
          "peft_version",
          "qalora_group_size",
          "revision",
          "runtime_config",
          "task_type");

  private static final Set<String> READ =
      Set.of(
          "alpha_pattern",
          "bias",
          "exclude_modules",
          "init_lora_weights",
          "layers_to_transform",
          "lora_alpha",
          "peft_type",
          "r",
          "rank_pattern",
          "target_modules",
          "use_rslora");

  /** Ways to begin that leave the weights as they are; the others train against other weights. */
  private static final Set<String> INITIALS =
      Set.of("true", "false", "gaussian", "eva", "orthogonal");

  private static final String TARGETS = "target_modules";
  private static final String ALL_LINEAR = "all-linear";

  private final Path file;
  private final JsonNode json;

  private LoraConfig(Path file, JsonNode json) {
    this.file = file;
    this.json = json;
  }

  /**
   * Reads and checks a config.
   *
   * @throws CheckpointException if it is no LoRA adapter's, or asks for what is not supported
   */
  static LoraConfig read(Path file) {
    LoraConfig config = new LoraConfig(file, JsonFile.readObject(file));
    config.check();
    return config;
  }

  private void check() {
    require("peft_type", json.path("peft_type").asText().equals("LORA"), "LORA");
    require("bias", json.path("bias").asText("none").equals("none"), "none");
    require(
        "init_lora_weights",
        INITIALS.contains(json.path("init_lora_weights").asText("true")),
        "true, false, gaussian, eva or orthogonal, which leave the base weights as they are");
    positive("r", json.path("r"));
    positive("lora_alpha", json.path("lora_alpha"));
    json.path("rank_pattern").forEach(rank -> positive("rank_pattern", rank));
    json.path("alpha_pattern").forEach(alpha -> positive("alpha_pattern", alpha));
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      if (!NEUTRAL.contains(entry.getKey()) && !READ.contains(entry.getKey())) {
        require(entry.getKey(), isUnset(entry.getValue()), "unset or false: it is not supported");
      }
    }
  }

  private static boolean isUnset(JsonNode value) {
    return value.isNull()
        || (value.isBoolean() && !value.booleanValue())
        || (value.isContainerNode() && value.isEmpty());
  }

  private void positive(String key, JsonNode value) {
    require(key, value.isNumber() && value.doubleValue() > 0, "above 0");
  }

  private void require(String key, boolean holds, String rule) {
    if (!holds) {
      throw new CheckpointException(
          "Cannot open adapter: %s in %s must be %s, got %s"
              .formatted(key, file, rule, json.has(key) ? json.get(key) : "none"));
    }
  }

  /** Rank of a module's factors. */
  int rank(String module) {
    return patterned("rank_pattern", module).orElse(json.get("r")).intValue();
  }

  /** What the product of a module's factors is multiplied by. */
  double scale(String module) {
    double alpha = patterned("alpha_pattern", module).orElse(json.get("lora_alpha")).doubleValue();
    int rank = rank(module);
    return json.path("use_rslora").asBoolean(false) ? alpha / Math.sqrt(rank) : alpha / rank;
  }

  /** The first pattern that a module's name ends with: {@code get_pattern_key} of PEFT. */
  private Optional<JsonNode> patterned(String key, String module) {
    for (Map.Entry<String, JsonNode> entry : json.path(key).properties()) {
      if (pattern(key, "(.*\\.)?(" + entry.getKey() + ")").matcher(module).matches()) {
        return Optional.of(entry.getValue());
      }
    }
    return Optional.empty();
  }

  /**
   * What {@code target_modules} names: modules by their last parts, all linear maps, or those whose
   * whole name a regular expression matches.
   *
   * @throws CheckpointException if there is nothing, or no regular expression
   */
  List<Target> targets() {
    JsonNode targets = json.path(TARGETS);
    boolean set = targets.isArray() ? !targets.isEmpty() : !targets.asText("").isEmpty();
    require(TARGETS, set && (targets.isTextual() || targets.isArray()), "set");
    if (targets.isArray()) {
      List<Target> named = new ArrayList<>();
      targets.forEach(target -> named.add(Target.named(target.asText())));
      return named;
    }
    if (targets.asText().toLowerCase(Locale.ROOT).equals(ALL_LINEAR)) {
      return List.of(new Target(ALL_LINEAR, module -> true));
    }
    Pattern pattern = pattern(TARGETS, targets.asText());
    return List.of(new Target(targets.asText(), module -> pattern.matcher(module).matches()));
  }

  /**
   * Modules that an adapter was trained for.
   *
   * @param text how the config names them
   * @param includes whether a module is one of them
   */
  record Target(String text, Predicate<String> includes) {
    private static Target named(String name) {
      return new Target(name, module -> module.equals(name) || module.endsWith("." + name));
    }
  }

  /** Whether every module that a target names has factors: none is left out by layer or name. */
  boolean isEverywhere() {
    return isUnset(json.path("layers_to_transform")) && isUnset(json.path("exclude_modules"));
  }

  private Pattern pattern(String key, String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new CheckpointException(
          "Cannot open adapter: %s in %s must hold regular expressions, got %s"
              .formatted(key, file, json.get(key)),
          e);
    }
  }
}
