package io.flanstream.model.djl;

/**
 * How a GPU multiplies with 8-bit weights, in each stack: with activations that are quantized, too,
 * or with the weights alone, which are unpacked for the product. The CPU always quantizes both.
 *
 * @param encoder whether the encoder quantizes activations
 * @param decoder whether the decoder does, and the head
 */
public record Int8Products(boolean encoder, boolean decoder) {
  /** Activations are quantized everywhere. */
  public static final Int8Products ACTIVATIONS = new Int8Products(true, true);

  /** Weights alone are 8-bit integers. */
  public static final Int8Products WEIGHTS_ALONE = new Int8Products(false, false);

  private static final long QUANTIZED = 4;
  private static final long UNPACKED = 5;

  /** The program's kind of the encoder's weights, or of the decoder's and the head. */
  long kind(boolean ofEncoder) {
    return (ofEncoder ? encoder : decoder) ? QUANTIZED : UNPACKED;
  }
}
