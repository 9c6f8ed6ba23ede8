package io.flanstream.model.flink;

import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;

/**
 * What happens where a device is lost.
 *
 * @param max losses at which a job fails for good
 * @param within how long a loss counts
 * @param grace how long a call that was given up may still take before its process ends
 * @param directory where losses are noted
 */
public record DeviceLossSettings(int max, Duration within, Duration grace, String directory)
    implements Serializable {
  /** The defaults of the options. */
  public static final DeviceLossSettings DEFAULT = from(new Configuration());

  /** Checks the bounds. */
  public DeviceLossSettings {
    check(max >= 1, ModelOptions.DEVICE_LOSS_MAX, "at least 1", max);
    check(isPositive(within), ModelOptions.DEVICE_LOSS_WITHIN, "above 0", within);
    check(!grace.isNegative(), ModelOptions.DEVICE_LOSS_GRACE, "at least 0", grace);
  }

  /**
   * Reads and checks the options.
   *
   * @param config options under {@code model.device-loss.*}
   * @return the settings
   * @throws IllegalArgumentException if one is out of bounds
   */
  public static DeviceLossSettings from(ReadableConfig config) {
    return new DeviceLossSettings(
        config.get(ModelOptions.DEVICE_LOSS_MAX),
        config.get(ModelOptions.DEVICE_LOSS_WITHIN),
        config.get(ModelOptions.DEVICE_LOSS_GRACE),
        config
            .getOptional(ModelOptions.DEVICE_LOSS_DIRECTORY)
            .orElseGet(() -> TemporaryDirectory.of("flanstream-devices").toString()));
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }

  private static void check(boolean holds, ConfigOption<?> option, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Cannot open model: %s must be %s, got %s".formatted(option.key(), rule, value));
    }
  }
}
