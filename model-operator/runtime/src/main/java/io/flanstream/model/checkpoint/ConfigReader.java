package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.flanstream.model.checkpoint.T5Config.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a config as transformers 5 does, {@code configuration_t5.py} and its copies. */
final class ConfigReader {
  private static final Map<String, Activation> ACTIVATIONS =
      Map.of(
          "relu", Activation.RELU,
          "gelu", Activation.GELU,
          "gelu_new", Activation.GELU_NEW,
          "gelu_pytorch_tanh", Activation.GELU_NEW,
          "silu", Activation.SILU,
          "swish", Activation.SILU);

  private static final String SCALE = "scale_decoder_outputs";
  private static final String TIE = "tie_word_embeddings";

  private final ConfigFile file;
  private final T5Family family;

  ConfigReader(ConfigFile file) {
    this.file = file;
    this.family = T5Family.of(file);
  }

  T5Config config() {
    int layers = size("num_layers", "num_hidden_layers", family.defaults().layers());
    int buckets = size("relative_attention_num_buckets", null, 32);
    int distance = size("relative_attention_max_distance", null, 128);
    if (buckets < 4 || buckets % 4 != 0 || distance <= buckets / 2) {
      throw new CheckpointException(
          "Cannot open checkpoint: relative_attention_num_buckets in %s must be a multiple of 4 and under twice relative_attention_max_distance, got %s and %s"
              .formatted(file.file(), buckets, distance));
    }
    String projection = file.get("feed_forward_proj").asText(family.defaults().projection());
    boolean gated = gated(projection);
    int pad = id("pad_token_id", 0);
    return new T5Config(
        family,
        size("d_model", "hidden_size", 512),
        size("d_kv", "head_dim", 64),
        size("d_ff", null, family.defaults().dFf()),
        size("num_heads", "num_attention_heads", family.defaults().heads()),
        layers,
        size("num_decoder_layers", null, layers),
        size("vocab_size", null, family.defaults().vocabSize()),
        buckets,
        distance,
        file.get("layer_norm_epsilon").asDouble(1e-6),
        activation(projection, gated),
        gated,
        scaled(),
        pad,
        endIds(),
        id("decoder_start_token_id", pad));
  }

  private boolean gated(String projection) {
    boolean named = projection.startsWith("gated-");
    JsonNode kept = file.get("is_gated_act");
    if (kept.isBoolean() && kept.booleanValue() != named) {
      file.warn(
          "config.json contradicts itself: is_gated_act is %s and feed_forward_proj is %s; is_gated_act decides, as in transformers"
              .formatted(kept, projection));
      return kept.booleanValue();
    }
    return named;
  }

  private Activation activation(String projection, boolean gated) {
    String named = projection.substring(projection.lastIndexOf('-') + 1);
    String name = projection.equals("gated-gelu") ? "gelu_new" : named;
    JsonNode kept = file.get("dense_act_fn");
    if (kept.isTextual() && !kept.textValue().equals(name)) {
      file.warn(
          "config.json contradicts itself: dense_act_fn is %s and feed_forward_proj is %s; dense_act_fn decides, as in transformers"
              .formatted(kept.textValue(), projection));
      name = kept.textValue();
    }
    Activation activation = ACTIVATIONS.get(name);
    if (activation == null || !(projection.equals(named) || projection.equals("gated-" + named))) {
      throw new CheckpointException(
          "Cannot open checkpoint: feed_forward_proj in %s must be relu, gelu or silu, or one of them after gated-, got %s"
              .formatted(file.file(), kept.isTextual() ? kept.textValue() : projection));
    }
    if (file.get("feed_forward_proj").isMissingNode()) {
      file.decide(
          "activation",
          (gated ? "gated " : "") + name,
          "feed_forward_proj is absent, the default of %s is %s"
              .formatted(family.configClass(), family.defaults().projection()),
          Optional.empty());
    }
    return activation;
  }

  // transformers 5: configuration_t5.py, __post_init__; transformers 4: modeling_t5.py, forward.
  private boolean scaled() {
    JsonNode tie = file.get(TIE);
    boolean tied = !(tie.isBoolean() && !tie.booleanValue());
    boolean older = file.tiesInTransformers4();
    boolean scaled;
    String reason;
    if (family == T5Family.MT5) {
      scaled = false;
      reason = "model_type is mt5, which transformers 5 never scales";
      if (!file.get(SCALE).isMissingNode()) {
        file.warn("config.json has %s, which transformers ignores for mt5".formatted(SCALE));
      }
    } else if (file.has(SCALE)) {
      scaled = truth(file.get(SCALE));
      reason = file.says(SCALE);
      if (!tie.isMissingNode() && tied != scaled && !tied) {
        file.warn(
            "config.json contradicts itself: %s and %s; %s decides, as in transformers 5"
                .formatted(file.says(SCALE), file.says(TIE), SCALE));
      }
    } else {
      scaled = tied;
      reason =
          "%s is absent, %s%s"
              .formatted(SCALE, file.says(TIE), file.has(TIE) ? "" : " (default true)");
    }
    file.decide(
        "output scale",
        title(scaled),
        reason,
        older == scaled ? Optional.empty() : Optional.of(title(older) + ", by " + TIE));
    return scaled;
  }

  private static String title(boolean scaled) {
    return scaled ? "scaled by d_model^-0.5" : "not scaled";
  }

  private static boolean truth(JsonNode value) {
    return value.isNumber() ? value.doubleValue() != 0 : value.asBoolean();
  }

  private List<Integer> endIds() {
    JsonNode node = idNode("eos_token_id");
    List<Integer> ids = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(id -> ids.add(integer("eos_token_id", id)));
    }
    return ids.isEmpty() ? List.of(node.isArray() ? 1 : id("eos_token_id", 1)) : ids;
  }

  private int id(String key, int fallback) {
    JsonNode node = idNode(key);
    return node.isMissingNode() ? fallback : integer(key, node);
  }

  /** In generation_config.json, else in config.json. */
  private JsonNode idNode(String key) {
    JsonNode own = file.get(key);
    JsonNode generation = file.generation(key);
    if (generation.isMissingNode()) {
      return own;
    }
    if (!own.isMissingNode() && !own.equals(generation)) {
      file.decide(
          key,
          generation.toString(),
          "generation_config.json says so, config.json says " + own,
          Optional.empty());
    }
    return generation;
  }

  private int size(String key, String alias, int fallback) {
    JsonNode node = file.get(key, alias);
    if (node.isMissingNode()) {
      return fallback;
    }
    int value = integer(key, node);
    if (value < 1) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s in %s must be at least 1, got %s"
              .formatted(key, file.file(), value));
    }
    return value;
  }

  private int integer(String key, JsonNode node) {
    if (!node.isInt()) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s in %s must be an integer, got %s"
              .formatted(key, file.file(), node));
    }
    return node.intValue();
  }
}
