package io.flanstream.model.djl;

import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.checkpoint.T5Config;
import io.flanstream.model.checkpoint.T5Cost;
import io.flanstream.model.device.DeviceMap;
import io.flanstream.model.device.LayerPlacement;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/** What a model needs of its devices' memory, part by part, before a weight is loaded. */
final class MemoryPlan {
  /** Positions of the caches without which a model is of no use: T5 was trained on as many. */
  private static final int SMALLEST_BATCH = 512;

  /** Integers of a product that the program holds at once. */
  private static final long NUMBERS_AT_ONCE = 1L << 24;

  /** Positions of the caches and activations for which a device map leaves room. */
  private static final int BATCH = 4096;

  private final Checkpoint checkpoint;
  private final T5Config config;
  private final StoredType dtype;
  private final Packing packing;
  private final DeviceMap map;
  private final List<Long> weights;
  private final long workspace;

  /**
   * Counts the weights.
   *
   * @param checkpoint the checkpoint
   * @param dtype arithmetic
   * @param packing layout of the linear maps
   * @param map how the model is to be spread
   */
  MemoryPlan(Checkpoint checkpoint, StoredType dtype, Packing packing, DeviceMap map) {
    this.checkpoint = checkpoint;
    this.config = checkpoint.config();
    this.dtype = dtype;
    this.packing = packing;
    this.map = map;
    // Where a part goes is not known yet: beside a GPU, all of them are counted.
    boolean mapped = map.devices().stream().allMatch("cpu"::equals);
    this.weights = new WeightBytes(checkpoint, dtype, packing, mapped).byPart();
    this.workspace = packing.isInt8() && !mapped ? workspace() : 0;
  }

  /**
   * Places the model, and holds what each device is to have against what it has free.
   *
   * @param free bytes that are free on a device
   * @return where each part goes
   * @throws IllegalArgumentException if there is too little memory: says what is needed and found
   */
  LayerPlacement place(ToLongFunction<String> free) {
    if (map.devices().size() == 1 && map.kind() != DeviceMap.Kind.EXPLICIT) {
      LayerPlacement single =
          new LayerPlacement(map.devices(), Collections.nCopies(weights.size(), 0));
      check(single, free);
      return single;
    }
    List<Long> room =
        map.devices().stream()
            .map(
                device ->
                    free.applyAsLong(device) / Collections.frequency(map.devices(), device)
                        - activationBytes(BATCH))
            .toList();
    LayerPlacement placement =
        map.place(config.encoderLayers(), config.decoderLayers(), withCaches(BATCH), room)
            .orElseThrow(
                () ->
                    tooLittle(
                        String.join(",", map.devices()) + " together, each with whole blocks,",
                        sum(weights),
                        sum(withCaches(BATCH))
                            - sum(weights)
                            + room.size() * activationBytes(BATCH),
                        BATCH,
                        sum(room) + room.size() * activationBytes(BATCH)));
    check(placement, free);
    return placement;
  }

  private void check(LayerPlacement placement, ToLongFunction<String> free) {
    List<Long> all = withCaches(SMALLEST_BATCH);
    for (String device : placement.used()) {
      long needed = on(placement, device, all) + activationBytes(SMALLEST_BATCH);
      long found = free.applyAsLong(device);
      if (needed > found) {
        long ofWeights = on(placement, device, weights);
        throw tooLittle(device, ofWeights, needed - ofWeights, SMALLEST_BATCH, found);
      }
    }
  }

  private static long on(LayerPlacement placement, String device, List<Long> bytes) {
    return IntStream.range(0, bytes.size())
        .filter(part -> placement.device(part).equals(device))
        .mapToLong(bytes::get)
        .sum();
  }

  private List<Long> withCaches(int positions) {
    long ofBlock =
        new T5Cost(config, true).cacheNumbers()
            / config.decoderLayers()
            * dtype.bytes()
            * positions;
    return IntStream.range(0, weights.size())
        .mapToObj(part -> weights.get(part) + (isDecoder(part) ? ofBlock : 0))
        .toList();
  }

  private boolean isDecoder(int part) {
    return part > config.encoderLayers() && part < weights.size() - 1;
  }

  private long activationBytes(int positions) {
    return new T5Cost(config, true).activationNumbers(positions) * dtype.bytes() + workspace;
  }

  /** What products of 8-bit weights hold on a GPU: integers and quotients, or a map unpacked. */
  private long workspace() {
    long feedForward = (config.gated() ? 2L : 1L) * config.dFf();
    long largest = config.dModel() * Math.max(feedForward, 3L * config.inner());
    return Math.max(largest * dtype.bytes(), 2L * Float.BYTES * NUMBERS_AT_ONCE);
  }

  private static long sum(List<Long> bytes) {
    return bytes.stream().mapToLong(Long::longValue).sum();
  }

  private IllegalArgumentException tooLittle(
      String where, long ofWeights, long beside, int positions, long found) {
    return new IllegalArgumentException(
        "Cannot open model: %s must have %s free, %s for the weights of %s as %s and %s for attention caches and activations of %s tokens, found %s; %s"
            .formatted(
                where,
                title(ofWeights + beside),
                title(ofWeights),
                checkpoint.directory(),
                packing.isInt8() ? "int8" : dtype.title(),
                title(beside),
                positions,
                title(found),
                remedy()));
  }

  private static String title(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB (%,d bytes)", bytes / (double) (1L << 30), bytes);
  }

  private String remedy() {
    if (!map.devices().contains("cpu")) {
      return map.devices().size() == 1
          ? (packing.isInt8() ? "" : "model.dtype int8 takes about half, and ")
              + "model.device-map spreads a model over several devices"
          : "there is room on more devices, or on larger ones";
    }
    return packing == Packing.NONE
        ? "the dtype that the checkpoint is stored in needs none for weights, model.dtype int8 less"
        : "without model.prepack and int8, weights in the dtype that they are stored in need none";
  }
}
