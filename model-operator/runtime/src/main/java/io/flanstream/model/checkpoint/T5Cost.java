package io.flanstream.model.checkpoint;

import java.util.List;
import java.util.Map;

/**
 * What a T5-family model of a given shape costs: numbers that it holds, and floating-point
 * operations and bytes of each phase.
 *
 * <p>An operation is a multiplication or an addition, so a multiplication with its addition counts
 * two, and matrix multiplications alone are counted, as {@code torch.utils.flop_counter} does.
 *
 * @param config the model's shape
 * @param headOfItsOwn whether the output head is held beside the embedding
 */
public record T5Cost(T5Config config, boolean headOfItsOwn) {

  /** Numbers that the model holds. */
  public long parameters() {
    return numbers("") + (headOfItsOwn ? headNumbers() : 0);
  }

  /** Numbers that encoding a batch reads: the encoder's, and the keys and values of each prompt. */
  public long encoderNumbers() {
    return numbers("encoder.") + crossProjections();
  }

  /** Numbers that a pass of the decoder reads, the head among them. */
  public long decoderNumbers() {
    return numbers("decoder.") - crossProjections() + headNumbers();
  }

  /** Numbers of attention keys and values for a position, in the decoder or before it. */
  public long cacheNumbers() {
    return 2L * config.decoderLayers() * config.inner();
  }

  /**
   * Numbers that a block holds beside its weights while it computes: what comes in and goes out,
   * and the inner width of the feed-forward or of the attention, whichever is more.
   *
   * @param positions positions of all rows together
   */
  public long activationNumbers(long positions) {
    long inner = Math.max((config.gated() ? 3L : 2L) * config.dFf(), 4L * config.inner());
    return positions * (inner + 3L * config.dModel());
  }

  /**
   * Operations of encoding a prompt, with its keys and values for the decoder.
   *
   * @param tokens tokens of the prompt
   */
  public double encodeFlops(long tokens) {
    double block = attention(tokens, 4, tokens) + feedForward(tokens);
    return config.encoderLayers() * block + 2.0 * tokens * crossProjections();
  }

  /**
   * Operations of a pass of the decoder over positions that may see one another.
   *
   * @param tokens tokens of the prompt
   * @param positions decoder positions
   */
  public double decodeFlops(long tokens, long positions) {
    return decodeFlops(tokens, positions, positions);
  }

  /**
   * Operations of one step of the decoder.
   *
   * @param tokens tokens of the prompt
   * @param seen positions that the step sees, its own among them
   */
  public double stepFlops(long tokens, long seen) {
    return decodeFlops(tokens, 1, seen);
  }

  private double decodeFlops(long tokens, long positions, long seen) {
    double block =
        attention(positions, 4, seen) + attention(positions, 2, tokens) + feedForward(positions);
    return config.decoderLayers() * block + 2.0 * positions * headNumbers();
  }

  /** Projections of some positions, their products with the keys, and those with the values. */
  private double attention(long positions, int projections, long keys) {
    return 2.0 * positions * projections * projection() + 4.0 * positions * keys * config.inner();
  }

  private double feedForward(long positions) {
    return 2.0 * positions * (config.gated() ? 3 : 2) * config.dModel() * config.dFf();
  }

  private long projection() {
    return (long) config.dModel() * config.inner();
  }

  private long crossProjections() {
    return 2L * config.decoderLayers() * projection();
  }

  private long headNumbers() {
    return (long) config.vocabSize() * config.dModel();
  }

  private long numbers(String prefix) {
    return T5Tensors.shapes(config).entrySet().stream()
        .filter(tensor -> tensor.getKey().startsWith(prefix))
        .map(Map.Entry::getValue)
        .mapToLong(T5Cost::elements)
        .sum();
  }

  private static long elements(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
