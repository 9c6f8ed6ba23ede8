package io.flanstream.model.checkpoint;

import static java.lang.Integer.parseInt;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Names and shapes of the weights, as {@code transformers/models/t5/modeling_t5.py} names them.
 *
 * <p>The order is that in which the program holds them: embedding, both final norms, both position
 * tables, then block by block, encoder first.
 */
public final class T5Tensors {
  /** Input embedding, shared by encoder and decoder. */
  public static final String EMBEDDING = "shared.weight";

  /** Output head, where the checkpoint stores one. */
  public static final String HEAD = "lm_head.weight";

  private final T5Config config;
  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();

  private T5Tensors(T5Config config) {
    this.config = config;
  }

  /**
   * Tensors that a config asks for, without the head.
   *
   * @param config the model's shape
   * @return shape by name, in the program's order
   */
  public static Map<String, List<Long>> shapes(T5Config config) {
    return new T5Tensors(config).collect();
  }

  /**
   * Parts that a device has whole, in the order in which a record comes through them: the
   * embedding, each block of the encoder, each of the decoder, and the head.
   *
   * @param config the model's shape
   */
  public static int parts(T5Config config) {
    return config.encoderLayers() + config.decoderLayers() + 2;
  }

  /**
   * The part that a tensor belongs to. Position tables are with their block; the encoder's final
   * norm is with its last, the decoder's with the head.
   *
   * @param config the model's shape
   * @param name the tensor's name
   */
  public static int part(T5Config config, String name) {
    String[] path = name.split("\\.");
    if (name.equals(EMBEDDING)) {
      return 0;
    }
    if (path[1].equals("block")) {
      return 1 + (path[0].equals("encoder") ? 0 : config.encoderLayers()) + parseInt(path[2]);
    }
    return path[0].equals("encoder") ? config.encoderLayers() : parts(config) - 1;
  }

  /**
   * Linear maps of a model's blocks.
   *
   * @param config the model's shape
   * @return shape {@code [out, in]} by module, which is the weight's name without its last part
   */
  static SortedMap<String, List<Long>> linearMaps(T5Config config) {
    SortedMap<String, List<Long>> maps = new TreeMap<>();
    shapes(config)
        .forEach(
            (name, shape) -> {
              if (isLinear(name)) {
                maps.put(name.substring(0, name.lastIndexOf('.')), shape);
              }
            });
    return maps;
  }

  /** Whether a tensor is a linear map of a block. */
  public static boolean isLinear(String name) {
    return name.contains(".layer.") && !name.contains("layer_norm.") && !name.contains("_bias.");
  }

  private Map<String, List<Long>> collect() {
    matrix(EMBEDDING, config.vocabSize(), config.dModel());
    vector("encoder.final_layer_norm.weight");
    vector("decoder.final_layer_norm.weight");
    tables("encoder", config.encoderLayers());
    tables("decoder", config.decoderLayers());
    for (int block = 0; block < config.encoderLayers(); block++) {
      String layer = "encoder.block." + block + ".layer.";
      attention(layer + "0", "SelfAttention");
      feedForward(layer + "1");
    }
    for (int block = 0; block < config.decoderLayers(); block++) {
      String layer = "decoder.block." + block + ".layer.";
      attention(layer + "0", "SelfAttention");
      attention(layer + "1", "EncDecAttention");
      feedForward(layer + "2");
    }
    return shapes;
  }

  private void tables(String stack, int layers) {
    for (int block = 0; block < (config.family().hasBiasInEveryBlock() ? layers : 1); block++) {
      matrix(
          stack + ".block." + block + ".layer.0.SelfAttention.relative_attention_bias.weight",
          config.buckets(),
          config.heads());
    }
  }

  private void attention(String layer, String kind) {
    vector(layer + ".layer_norm.weight");
    for (String projection : List.of("q", "k", "v")) {
      matrix(layer + "." + kind + "." + projection + ".weight", config.inner(), config.dModel());
    }
    matrix(layer + "." + kind + ".o.weight", config.dModel(), config.inner());
  }

  private void feedForward(String layer) {
    vector(layer + ".layer_norm.weight");
    String prefix = layer + ".DenseReluDense.";
    for (String projection : config.gated() ? List.of("wi_0", "wi_1") : List.of("wi")) {
      matrix(prefix + projection + ".weight", config.dFf(), config.dModel());
    }
    matrix(prefix + "wo.weight", config.dModel(), config.dFf());
  }

  private void matrix(String name, long rows, long columns) {
    shapes.put(name, List.of(rows, columns));
  }

  private void vector(String name) {
    shapes.put(name, List.of((long) config.dModel()));
  }
}
