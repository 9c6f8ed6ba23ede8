package io.flanstream.model.checkpoint;

import java.nio.file.Path;
import java.util.List;

/**
 * Shape of a T5-family model: its {@code config.json}, as transformers 5 reads it.
 *
 * @param family the model family
 * @param dModel width of the hidden states
 * @param dKv width of one attention head
 * @param dFf width of the feed-forward layers
 * @param heads attention heads; {@code heads x dKv} may differ from {@code dModel}
 * @param encoderLayers encoder blocks
 * @param decoderLayers decoder blocks
 * @param vocabSize rows of the embedding; the tokenizer may have fewer pieces, {@code vocab_size}
 *     may be another number
 * @param buckets relative position buckets
 * @param maxDistance distance from which all positions share the last bucket
 * @param epsilon RMSNorm epsilon
 * @param activation activation of the feed-forward layers
 * @param gated whether the activation gates a second projection
 * @param scaledOutput whether decoder outputs are scaled by {@code dModel^-0.5}: as {@code
 *     scale_decoder_outputs} says, else unless {@code tie_word_embeddings} is false
 * @param padId id of the pad token
 * @param endIds ids of the tokens that end a generation, at least one
 * @param startId id with which the decoder starts
 */
public record T5Config(
    T5Family family,
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
    boolean scaledOutput,
    int padId,
    List<Integer> endIds,
    int startId) {

  /** Copies the end tokens. */
  public T5Config {
    endIds = List.copyOf(endIds);
  }

  /** Activation of the feed-forward layers. */
  public enum Activation {
    /** max(0, x): T5 v1.0. */
    RELU,
    /** The exact form of GELU, by the error function. */
    GELU,
    /** The tanh form of GELU, transformers' {@code gelu_new}: T5 v1.1, Flan-T5. */
    GELU_NEW,
    /** x sigmoid(x): UL2, Flan-UL2. */
    SILU
  }

  /**
   * Reads {@code config.json}, and the ids of {@code generation_config.json} beside it.
   *
   * @param file the file
   * @return the config
   * @throws CheckpointException if the architecture is not one of {@link T5Family}, or a value is
   *     of another type or out of bounds
   */
  public static T5Config read(Path file) {
    return new ConfigReader(ConfigFile.read(file)).config();
  }

  /** The same with another number of embedding rows. */
  T5Config withVocabSize(int rows) {
    return new T5Config(
        family,
        dModel,
        dKv,
        dFf,
        heads,
        encoderLayers,
        decoderLayers,
        rows,
        buckets,
        maxDistance,
        epsilon,
        activation,
        gated,
        scaledOutput,
        padId,
        endIds,
        startId);
  }

  /** Width of all heads together: rows of the query, key and value projections. */
  public int inner() {
    return heads * dKv;
  }
}
