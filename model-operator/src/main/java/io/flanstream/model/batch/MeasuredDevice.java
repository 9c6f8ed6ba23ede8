package io.flanstream.model.batch;

import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.device.DecoderStep;
import io.flanstream.model.device.Device;

/** A device whose work is counted by phase: what went well, and the time of all. */
final class MeasuredDevice implements Device {
  private final Device device;
  private final RuntimeMetrics metrics;

  MeasuredDevice(Device device, RuntimeMetrics metrics) {
    this.device = device;
    this.metrics = metrics;
  }

  @Override
  public long cacheBytesPerToken() {
    return device.cacheBytesPerToken();
  }

  @Override
  public long rowBytes(int promptTokens, int positions) {
    return device.rowBytes(promptTokens, positions);
  }

  @Override
  public long freeBytes() {
    return device.freeBytes();
  }

  @Override
  public Encoding encode(int[][] prompts) {
    long start = System.nanoTime();
    try {
      Encoding encoding = device.encode(prompts);
      countEncoded(prompts);
      return encoding;
    } finally {
      countTime(RuntimeMetric.ENCODE_MILLIS, start);
    }
  }

  private void countEncoded(int[][] prompts) {
    long tokens = 0;
    long longest = 0;
    for (int[] prompt : prompts) {
      tokens += prompt.length;
      longest = Math.max(longest, prompt.length);
    }
    metrics.add(RuntimeMetric.ENCODER_BATCHES, 1);
    metrics.add(RuntimeMetric.ENCODED_RECORDS, prompts.length);
    metrics.add(RuntimeMetric.ENCODER_TOKENS, tokens);
    metrics.add(RuntimeMetric.PADDING_TOKENS, longest * prompts.length - tokens);
  }

  @Override
  public float[][] score(Encoding encoding, int start, int count, ChoiceTrie trie) {
    long begun = System.nanoTime();
    try {
      float[][] scores = device.score(encoding, start, count, trie);
      metrics.add(RuntimeMetric.SCORED_POSITIONS, (long) count * trie.nodes());
      return scores;
    } finally {
      countTime(RuntimeMetric.SCORE_MILLIS, begun);
    }
  }

  @Override
  public Decoder startDecoding() {
    return new MeasuredDecoder(device.startDecoding());
  }

  @Override
  public void close() {
    device.close();
  }

  private void countTime(RuntimeMetric phase, long start) {
    metrics.add(phase, System.nanoTime() - start);
  }

  private final class MeasuredDecoder implements Decoder {
    private final Decoder decoder;

    MeasuredDecoder(Decoder decoder) {
      this.decoder = decoder;
    }

    @Override
    public void join(Encoding encoding, int start, int count) {
      long begun = System.nanoTime();
      try {
        decoder.join(encoding, start, count);
      } finally {
        countTime(RuntimeMetric.DECODE_MILLIS, begun);
      }
    }

    @Override
    public void step(DecoderStep step) {
      long start = System.nanoTime();
      try {
        decoder.step(step);
        metrics.add(RuntimeMetric.DECODER_STEPS, 1);
        metrics.add(RuntimeMetric.DECODED_POSITIONS, step.rows());
      } finally {
        countTime(RuntimeMetric.DECODE_MILLIS, start);
      }
    }

    @Override
    public void leave(int row) {
      long start = System.nanoTime();
      try {
        decoder.leave(row);
      } finally {
        countTime(RuntimeMetric.DECODE_MILLIS, start);
      }
    }

    @Override
    public long bytes() {
      return decoder.bytes();
    }

    @Override
    public void close() {
      decoder.close();
    }
  }
}
