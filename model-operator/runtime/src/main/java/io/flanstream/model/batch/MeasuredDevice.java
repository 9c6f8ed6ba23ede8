package io.flanstream.model.batch;

import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.device.DecoderStep;
import io.flanstream.model.device.Device;
import io.flanstream.model.device.ForwardingDevice;

/** A device whose work is counted by phase: what went well, and the time of all. */
final class MeasuredDevice extends ForwardingDevice {
  private final RuntimeMetrics metrics;

  MeasuredDevice(Device device, RuntimeMetrics metrics) {
    super(device);
    this.metrics = metrics;
  }

  @Override
  public Encoding encode(int[][] prompts) {
    long start = System.nanoTime();
    try {
      Encoding encoding = super.encode(prompts);
      countEncoded(prompts, System.nanoTime() - start);
      return encoding;
    } finally {
      countTime(RuntimeMetric.ENCODE_MILLIS, start);
    }
  }

  private void countEncoded(int[][] prompts, long nanos) {
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
    metrics.called(DeviceCall.Phase.ENCODE, prompts.length, tokens, nanos);
  }

  @Override
  public float[][] score(Encoding encoding, int start, int count, ChoiceTrie trie) {
    long begun = System.nanoTime();
    try {
      float[][] scores = super.score(encoding, start, count, trie);
      long positions = (long) count * trie.nodes();
      metrics.add(RuntimeMetric.SCORED_POSITIONS, positions);
      metrics.called(DeviceCall.Phase.SCORE, count, positions, System.nanoTime() - begun);
      return scores;
    } finally {
      countTime(RuntimeMetric.SCORE_MILLIS, begun);
    }
  }

  @Override
  public Decoder startDecoding() {
    return new MeasuredDecoder(super.startDecoding());
  }

  private void countTime(RuntimeMetric phase, long start) {
    metrics.add(phase, System.nanoTime() - start);
  }

  private final class MeasuredDecoder extends ForwardingDecoder {

    MeasuredDecoder(Decoder decoder) {
      super(decoder);
    }

    @Override
    public void join(Encoding encoding, int[] records) {
      long begun = System.nanoTime();
      try {
        super.join(encoding, records);
      } finally {
        countTime(RuntimeMetric.DECODE_MILLIS, begun);
      }
    }

    @Override
    public void step(DecoderStep step) {
      long start = System.nanoTime();
      try {
        super.step(step);
        metrics.add(RuntimeMetric.DECODER_STEPS, 1);
        metrics.add(RuntimeMetric.DECODED_POSITIONS, step.rows());
        long nanos = System.nanoTime() - start;
        metrics.called(DeviceCall.Phase.DECODE, step.rows(), step.rows(), nanos);
      } finally {
        countTime(RuntimeMetric.DECODE_MILLIS, start);
      }
    }

    @Override
    public void reorder(int[] parents) {
      long start = System.nanoTime();
      try {
        super.reorder(parents);
      } finally {
        countTime(RuntimeMetric.DECODE_MILLIS, start);
      }
    }

    @Override
    public void leave(int row) {
      long start = System.nanoTime();
      try {
        super.leave(row);
      } finally {
        countTime(RuntimeMetric.DECODE_MILLIS, start);
      }
    }
  }
}
