package io.flanstream.jobs.bench;

import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.checkpoint.T5Cost;
import io.flanstream.model.djl.DeviceProbe;
import java.util.Optional;

/**
 * How much of its device a run used: operations a second while it encoded, and bytes of weights a
 * second while it decoded, beside what the device can do at best.
 *
 * @param encodeFlops operations a second of encoding, each prompt taken to have the mean length
 * @param peakFlops operations a second of a product of two matrices
 * @param encodeShare the first over the second
 * @param decodeBytes bytes of weights that decoder steps read a second; null where there were none,
 *     and where weights have several sizes
 * @param peakBytes bytes a second of a matrix that is read once; null with the former
 * @param decodeShare the first over the second; null with them
 */
public record DeviceShares(
    double encodeFlops,
    double peakFlops,
    double encodeShare,
    Double decodeBytes,
    Double peakBytes,
    Double decodeShare) {
  /** What the probe takes at most, and what is then left. */
  private static final long PROBED_BYTES = 3L << 30;

  /**
   * Measures the device, which is idle.
   *
   * @param figures what the run gave
   * @param cost operations and numbers of the model
   * @param dtype the model's arithmetic, {@code int8} too
   * @param probe the device
   * @return empty where the model leaves too little memory for the measurement
   */
  public static Optional<DeviceShares> measure(
      BenchFigures figures, T5Cost cost, String dtype, DeviceProbe probe) {
    if (probe.freeBytes() < PROBED_BYTES) {
      return Optional.empty();
    }
    boolean half =
        dtype.startsWith(StoredType.BF16.title()) || (dtype.startsWith("int8") && !probe.isCpu());
    StoredType type = half ? StoredType.BF16 : StoredType.F32;
    double records = figures.meanBatch() * figures.batches();
    long tokens = Math.round(figures.encode().tokens() / records);
    double flops = records * cost.encodeFlops(tokens) / figures.encode().seconds();
    double peak = probe.flops(type);
    if (figures.decoderSteps() == 0 || dtype.startsWith("int8")) {
      return Optional.of(new DeviceShares(flops, peak, flops / peak, null, null, null));
    }
    double steps = figures.decoderSteps() / figures.decode().seconds();
    double bytes = steps * cost.decoderNumbers() * type.bytes();
    double most = probe.bytesPerSecond(type);
    return Optional.of(new DeviceShares(flops, peak, flops / peak, bytes, most, bytes / most));
  }
}
