package io.flanstream.model.djl;

import io.flanstream.model.checkpoint.EncoderProducts;
import io.flanstream.model.checkpoint.T5Config;
import io.flanstream.model.device.DeviceKind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses how a GPU multiplies with 8-bit weights. A decoder step reads weights for a few rows, and
 * weights that are unpacked move five times the bytes: it quantizes activations. The encoder does
 * what arithmetic says is faster on the card.
 */
public final class AutomaticInt8 {
  private static final Logger LOG = LoggerFactory.getLogger(AutomaticInt8.class);
  private static final double MILLIS = 1e3;

  private AutomaticInt8() {}

  /**
   * Chooses, and logs what decided.
   *
   * @param config the model's shape
   * @param outputs whether the feed-forward's output projections are 8-bit integers, too
   * @param tokens tokens of a batch
   * @return how products are computed
   */
  public static Int8Products choose(T5Config config, boolean outputs, long tokens) {
    return choose(new EncoderProducts(config, outputs, tokens), NvidiaDriver.models());
  }

  static Int8Products choose(EncoderProducts products, List<String> models) {
    Optional<DeviceKind> kind =
        models.stream().distinct().count() == 1
            ? DeviceKind.ofModel(models.get(0))
            : Optional.empty();
    if (kind.isEmpty()) {
      LOG.info(
          "Quantize activations: model.int8-activations=auto has no figures of the devices {}",
          models);
      return Int8Products.ACTIVATIONS;
    }
    double quantized = products.quantizedSeconds(kind.get());
    double unpacked = products.unpackedSeconds(kind.get());
    LOG.info(
        "{} of the encoder, by model.int8-activations=auto: for {} tokens its products take {} ms"
            + " with quantized activations and {} ms with unpacked weights, by the data sheet of {}",
        quantized <= unpacked ? "Quantize activations" : "Unpack weights",
        products.tokens(),
        millis(quantized),
        millis(unpacked),
        kind.get());
    return new Int8Products(quantized <= unpacked, true);
  }

  private static String millis(double seconds) {
    return String.format(Locale.ROOT, "%.1f", MILLIS * seconds);
  }
}
