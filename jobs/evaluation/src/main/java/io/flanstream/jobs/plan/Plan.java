package io.flanstream.jobs.plan;

import io.flanstream.model.checkpoint.T5Cost;
import io.flanstream.model.device.CachePositions;

/**
 * What a model takes on a device, by arithmetic alone: nothing here was measured.
 *
 * @param cost operations and numbers of the model
 * @param numberBytes bytes of a number
 * @param int8 whether weights are 8-bit integers, but for the embedding
 * @param memory bytes of the device's memory
 * @param workload what is asked for each record
 * @param limits the most that is taken on at once
 */
public record Plan(
    T5Cost cost,
    int numberBytes,
    boolean int8,
    double memory,
    Workload workload,
    BatchLimits limits) {

  /** Bytes of the weights. */
  public double weightBytes() {
    double embedding = (double) cost.config().vocabSize() * cost.config().dModel();
    return embedding * numberBytes + (cost.parameters() - embedding) * bytesOfAWeight();
  }

  private int bytesOfAWeight() {
    return int8 ? 1 : numberBytes;
  }

  /** Whether the weights leave room for the caches of one record. */
  public boolean fits() {
    return batch() >= 1 && (workload.newTokens() == 0 || decodingRows() >= 1);
  }

  /**
   * Bytes for attention caches: half of what the weights leave, as the runtime takes unless set.
   */
  public double cacheBytes() {
    return Math.max(0, memory - weightBytes()) / 2;
  }

  /** Bytes of keys and values of a position. */
  public double bytesPerPosition() {
    return (double) cost.cacheNumbers() * numberBytes;
  }

  /** Bytes of the keys and values by which the decoder sees a record's prompt. */
  public double crossBytes() {
    return bytesPerPosition() * workload.tokens();
  }

  /** Records that the caches have room for. */
  public long recordsInCaches() {
    return (long) (cacheBytes() / crossBytes());
  }

  /** Records that are encoded at once. */
  public long batch() {
    long byTokens = Math.max(1, limits.tokens() / workload.tokens());
    return Math.min(Math.min(byTokens, limits.requests()), recordsInCaches());
  }

  /** Bytes of a record that is written: both caches, in the sizes that are allocated. */
  public double rowBytes() {
    return bytesPerPosition()
        * (CachePositions.allocated(workload.tokens())
            + CachePositions.allocated(Math.max(1, workload.newTokens())));
  }

  /** Records that are written at once. */
  public long decodingRows() {
    return Math.min(limits.decoding(), (long) (cacheBytes() / rowBytes()));
  }

  /** Operations of encoding a record. */
  public double encodeFlops() {
    return cost.encodeFlops(workload.tokens());
  }

  /** Bytes that encoding a batch moves: the encoder's weights, and the keys and values out. */
  public double encodeBytes() {
    return (double) cost.encoderNumbers() * bytesOfAWeight() + batch() * crossBytes();
  }

  /** Operations of scoring all labels of a record in one pass. */
  public double labelFlops() {
    return workload.labels() == 0
        ? 0
        : cost.decodeFlops(workload.tokens(), workload.triePositions());
  }

  /** Bytes that scoring a batch moves: the decoder's weights, and the keys and values in. */
  public double labelBytes() {
    return workload.labels() == 0 ? 0 : decoderBytes() + batch() * crossBytes();
  }

  /** Operations of writing a record's text. */
  public double writeFlops() {
    double flops = 0;
    for (int seen = 1; seen <= workload.newTokens(); seen++) {
      flops += cost.stepFlops(workload.tokens(), seen);
    }
    return flops;
  }

  /** Bytes that a step moves, halfway through the text: the decoder's weights, and the caches. */
  public double stepBytes() {
    return decoderBytes()
        + decodingRows() * (crossBytes() + bytesPerPosition() * workload.newTokens() / 2);
  }

  private double decoderBytes() {
    return (double) cost.decoderNumbers() * bytesOfAWeight();
  }

  /**
   * Seconds of the device for a record: each phase at the roofline of its batch.
   *
   * @param speed the device's
   */
  public double secondsPerRecord(Speed speed) {
    long records = batch();
    double seconds = speed.seconds(records * encodeFlops(), encodeBytes()) / records;
    seconds += speed.seconds(records * labelFlops(), labelBytes()) / records;
    if (workload.newTokens() > 0) {
      long rows = decodingRows();
      double flops = rows * writeFlops() / workload.newTokens();
      seconds += workload.newTokens() * speed.seconds(flops, stepBytes()) / rows;
    }
    return seconds;
  }
}
