package io.flanstream.model.checkpoint;

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
              if (name.contains(".layer.") && shape.size() == 2 && !name.contains("_bias.")) {
                maps.put(name.substring(0, name.lastIndexOf('.')), shape);
              }
            });
    return maps;
  }

  private Map<String, List<Long>> collect() {
    matrix(EMBEDDING, config.vocabSize(), config.dModel());
    vector("encoder.final_layer_norm.weight");
    vector("decoder.final_layer_norm.weight");
    for (String stack : List.of("encoder", "decoder")) {
      matrix(
          stack + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight",
          config.buckets(),
          config.heads());
    }
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
