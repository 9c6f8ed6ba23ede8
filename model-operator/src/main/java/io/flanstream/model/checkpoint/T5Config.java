package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;

/**
 * Shape of a T5-family model: its {@code config.json}, as transformers' {@code T5Config} reads it.
 *
 * @param dModel width of the hidden states
 * @param dKv width of one attention head
 * @param dFf width of the feed-forward layers
 * @param heads attention heads; {@code heads x dKv} may differ from {@code dModel}
 * @param encoderLayers encoder blocks
 * @param decoderLayers decoder blocks
 * @param vocabSize rows of the embedding; the tokenizer may have fewer pieces
 * @param buckets relative position buckets
 * @param maxDistance distance from which all positions share the last bucket
 * @param epsilon RMSNorm epsilon
 * @param activation activation of the feed-forward layers
 * @param gated whether the activation gates a second projection
 * @param tieWordEmbeddings whether decoder outputs are scaled by {@code dModel^-0.5}: unless {@code
 *     tie_word_embeddings} is false, as transformers' {@code scale_decoder_outputs}
 * @param padId id of the pad token
 * @param endId id of the end token
 * @param startId id with which the decoder starts
 */
public record T5Config(
    int dModel,
    int dKv,
    int dFf,
    int heads,
    int encoderLayers,
    int decoderLayers,
    int vocabSize,
    int buckets,
    int maxDistance,
    double epsilon,
    Activation activation,
    boolean gated,
    boolean tieWordEmbeddings,
    int padId,
    int endId,
    int startId) {

  /** Activation of the feed-forward layers. */
  public enum Activation {
    /** max(0, x): T5 v1.0. */
    RELU,
    /** The tanh form of GELU, transformers' {@code gelu_new}: T5 v1.1, Flan-T5. */
    GELU_NEW,
    /** x sigmoid(x): UL2, Flan-UL2. */
    SILU
  }

  private static final Map<String, Activation> ACTIVATIONS =
      Map.of("relu", Activation.RELU, "gelu", Activation.GELU_NEW, "silu", Activation.SILU);

  /**
   * Reads {@code config.json}.
   *
   * @param file the file
   * @return the config
   * @throws CheckpointException if the architecture is not T5's or a value is missing or out of
   *     bounds
   */
  public static T5Config read(Path file) {
    return new Reader(file, JsonFile.readObject(file)).config();
  }

  private record Reader(Path file, JsonNode json) {

    T5Config config() {
      String type = json.path("model_type").asText("");
      if (!type.equals("t5")) {
        throw new CheckpointException(
            "Cannot open checkpoint: model_type in %s must be t5, got %s"
                .formatted(file, json.has("model_type") ? json.get("model_type") : "none"));
      }
      String projection = json.path("feed_forward_proj").asText("relu");
      boolean gated = projection.startsWith("gated-");
      Activation activation = ACTIVATIONS.get(gated ? projection.substring(6) : projection);
      if (activation == null || (!gated && activation != Activation.RELU)) {
        throw new CheckpointException(
            "Cannot open checkpoint: feed_forward_proj in %s must be relu, gated-relu, gated-gelu or gated-silu, got %s"
                .formatted(file, projection));
      }
      int layers = positive("num_layers", null);
      int pad = integer("pad_token_id", 0);
      int buckets = positive("relative_attention_num_buckets", 32);
      int distance = positive("relative_attention_max_distance", 128);
      if (buckets < 4 || buckets % 4 != 0 || distance <= buckets / 2) {
        throw new CheckpointException(
            "Cannot open checkpoint: relative_attention_num_buckets in %s must be a multiple of 4 and under twice relative_attention_max_distance, got %d and %d"
                .formatted(file, buckets, distance));
      }
      return new T5Config(
          positive("d_model", null),
          positive("d_kv", null),
          positive("d_ff", null),
          positive("num_heads", null),
          layers,
          positive("num_decoder_layers", layers),
          positive("vocab_size", null),
          buckets,
          distance,
          json.path("layer_norm_epsilon").asDouble(1e-6),
          activation,
          gated,
          json.path("tie_word_embeddings").asBoolean(true),
          pad,
          integer("eos_token_id", 1),
          integer("decoder_start_token_id", pad));
    }

    private int positive(String key, Integer fallback) {
      int value = integer(key, fallback);
      if (value < 1) {
        throw new CheckpointException(
            "Cannot open checkpoint: %s in %s must be at least 1, got %d"
                .formatted(key, file, value));
      }
      return value;
    }

    private int integer(String key, Integer fallback) {
      JsonNode node = json.path(key);
      if ((node.isMissingNode() || node.isNull()) && fallback != null) {
        return fallback;
      }
      if (!node.isInt()) {
        throw new CheckpointException(
            "Cannot open checkpoint: %s in %s must be an integer, got %s"
                .formatted(key, file, node.isMissingNode() ? "none" : node));
      }
      return node.intValue();
    }
  }

  /** Width of all heads together: rows of the query, key and value projections. */
  public int inner() {
    return heads * dKv;
  }
}
