package io.flanstream.model.checkpoint;

import io.flanstream.model.device.DeviceKind;

/**
 * What the linear maps of an encoder with 8-bit weights take on a GPU, by arithmetic: a product
 * takes the longer of its operations and its bytes, what is done with numbers one by one takes its
 * bytes.
 *
 * @param config the model's shape
 * @param outputs whether the feed-forward's output projections are 8-bit integers, too
 * @param tokens tokens of a batch
 */
public record EncoderProducts(T5Config config, boolean outputs, long tokens) {
  private static final int BFLOAT16 = 2;

  /** Bytes of an activation that is quantized: its maximum, its quotient, that rounded, a cast. */
  private static final int QUANTIZING = 2 + 2 + 4 + 4 + 4 + 4 + 1;

  /** Bytes of an integer of a product that is written, and multiplied with both its scales. */
  private static final int SCALING_INTEGERS = 4 + 4 + 4 + 4 + 2;

  /** Bytes of a number of a product that is written, and multiplied with its scale. */
  private static final int SCALING = BFLOAT16 + BFLOAT16 + BFLOAT16;

  /** Seconds with activations that are quantized. */
  public double quantizedSeconds(DeviceKind device) {
    return seconds(device, true);
  }

  /** Seconds with weights that are unpacked. */
  public double unpackedSeconds(DeviceKind device) {
    return seconds(device, false);
  }

  private double seconds(DeviceKind device, boolean quantized) {
    long d = config.dModel();
    double block = product(device, quantized, d, 3L * config.inner());
    block += product(device, quantized, config.inner(), d);
    block += product(device, quantized, d, (config.gated() ? 2L : 1L) * config.dFf());
    if (outputs) {
      block += product(device, quantized, config.dFf(), d);
    }
    return config.encoderLayers() * block;
  }

  private double product(DeviceKind device, boolean quantized, long in, long out) {
    double operations = 2.0 * tokens * in * out;
    double weights = (double) in * out;
    double read = (double) tokens * in;
    double written = (double) tokens * out;
    if (quantized) {
      return Math.max(operations / device.int8Ops(), (weights + read) / device.bandwidth())
          + (QUANTIZING * read + SCALING_INTEGERS * written) / device.bandwidth();
    }
    return Math.max(operations / device.flops(), BFLOAT16 * (weights + read) / device.bandwidth())
        + ((1 + BFLOAT16) * weights + SCALING * written) / device.bandwidth();
  }
}
