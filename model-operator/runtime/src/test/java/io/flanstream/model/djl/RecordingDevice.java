package io.flanstream.model.djl;

import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.device.DecoderStep;
import io.flanstream.model.device.Device;
import io.flanstream.model.device.ForwardingDevice;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A device that counts what it does. */
final class RecordingDevice extends ForwardingDevice {
  private final AtomicInteger encodings = new AtomicInteger();
  private final AtomicInteger prompts = new AtomicInteger();
  private final AtomicLong rows = new AtomicLong();
  private final AtomicLong company = new AtomicLong();
  final AtomicInteger lateJoins = new AtomicInteger();
  final AtomicInteger scorings = new AtomicInteger();
  final AtomicInteger joined = new AtomicInteger();

  RecordingDevice(Device device) {
    super(device);
  }

  int encodings() {
    return encodings.get();
  }

  double meanBatch() {
    return prompts.get() / (double) encodings.get();
  }

  /** Mean number of rows of the step in which a token was written. */
  double meanRows() {
    return company.get() / (double) rows.get();
  }

  @Override
  public Encoding encode(int[][] batch) {
    encodings.incrementAndGet();
    prompts.addAndGet(batch.length);
    return super.encode(batch);
  }

  @Override
  public float[][] score(Encoding encoding, int start, int count, ChoiceTrie trie) {
    scorings.incrementAndGet();
    return super.score(encoding, start, count, trie);
  }

  @Override
  public Decoder startDecoding() {
    return new RecordingDecoder(super.startDecoding());
  }

  private final class RecordingDecoder extends ForwardingDecoder {
    private int stepsBefore;

    RecordingDecoder(Decoder decoder) {
      super(decoder);
    }

    @Override
    public void join(Encoding encoding, int[] records) {
      joined.addAndGet(records.length);
      lateJoins.addAndGet(stepsBefore > 0 ? records.length : 0);
      super.join(encoding, records);
    }

    @Override
    public void step(DecoderStep step) {
      stepsBefore++;
      rows.addAndGet(step.rows());
      company.addAndGet((long) step.rows() * step.rows());
      super.step(step);
    }
  }
}
