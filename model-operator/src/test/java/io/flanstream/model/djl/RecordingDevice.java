package io.flanstream.model.djl;

import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.device.DecoderStep;
import io.flanstream.model.device.Device;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A device that counts what it does. */
final class RecordingDevice implements Device {
  private final AtomicInteger encodings = new AtomicInteger();
  private final AtomicInteger prompts = new AtomicInteger();
  private final AtomicLong rows = new AtomicLong();
  private final AtomicLong company = new AtomicLong();
  final AtomicInteger lateJoins = new AtomicInteger();
  private final Device device;

  RecordingDevice(Device device) {
    this.device = device;
  }

  double meanBatch() {
    return prompts.get() / (double) encodings.get();
  }

  /** Mean number of rows of the step in which a token was written. */
  double meanRows() {
    return company.get() / (double) rows.get();
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
  public Encoding encode(int[][] batch) {
    encodings.incrementAndGet();
    prompts.addAndGet(batch.length);
    return device.encode(batch);
  }

  @Override
  public float[][] score(Encoding encoding, int start, int count, ChoiceTrie trie) {
    return device.score(encoding, start, count, trie);
  }

  @Override
  public Decoder startDecoding() {
    return new RecordingDecoder(device.startDecoding());
  }

  @Override
  public void close() {
    device.close();
  }

  private final class RecordingDecoder implements Decoder {
    private final Decoder decoder;
    private int stepsBefore;

    RecordingDecoder(Decoder decoder) {
      this.decoder = decoder;
    }

    @Override
    public void join(Encoding encoding, int start, int count) {
      lateJoins.addAndGet(stepsBefore > 0 ? count : 0);
      decoder.join(encoding, start, count);
    }

    @Override
    public void step(DecoderStep step) {
      stepsBefore++;
      rows.addAndGet(step.rows());
      company.addAndGet((long) step.rows() * step.rows());
      decoder.step(step);
    }

    @Override
    public void leave(int row) {
      decoder.leave(row);
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
