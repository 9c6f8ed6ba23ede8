package io.flanstream.jobs.plan;

/**
 * How fast a device is: a roofline, lowered to the share of it that is reached.
 *
 * @param flops floating-point operations a second at most
 * @param bandwidth bytes of memory a second at most
 * @param utilisation share of both that is reached, above 0 and up to 1
 */
public record Speed(double flops, double bandwidth, double utilisation) {

  /** Checks the bounds. */
  public Speed {
    above0(flops, "operations a second");
    above0(bandwidth, "bytes a second");
    if (!(utilisation > 0 && utilisation <= 1)) {
      throw new IllegalArgumentException(
          "Cannot plan: the utilisation must be above 0 and at most 1, got " + utilisation);
    }
  }

  /** Seconds of so many operations that move so many bytes: those of the slower of the two. */
  double seconds(double operations, double bytes) {
    return Math.max(operations / flops, bytes / bandwidth) / utilisation;
  }

  private static void above0(double value, String name) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(
          "Cannot plan: %s must be above 0, got %s".formatted(name, value));
    }
  }
}
