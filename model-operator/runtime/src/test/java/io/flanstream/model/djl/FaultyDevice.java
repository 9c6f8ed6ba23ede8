package io.flanstream.model.djl;

import ai.djl.pytorch.jni.IValue;
import io.flanstream.model.device.DecoderStep;
import io.flanstream.model.device.Device;
import io.flanstream.model.device.ForwardingDevice;
import java.util.Arrays;

/**
 * A device on which guilty prompts and now and then a step make the engine fail; on demand it leaks
 * the tokens of each prompt, of which Java keeps nothing.
 */
final class FaultyDevice extends ForwardingDevice {
  private static final int UNKNOWN_ID = 2;
  private static final int NO_ID = 1 << 20;
  private static final int STEPS = 5000;

  private final boolean leaking;

  FaultyDevice(Device device, boolean leaking) {
    super(device);
    this.leaking = leaking;
  }

  /** A text on which the device fails: it ends with a character that no vocabulary has. */
  static String guilty(String text) {
    return text + " \u4e00";
  }

  @Override
  public Encoding encode(int[][] prompts) {
    for (int i = 0; leaking && i < prompts.length; i++) {
      var unused = IValue.listFrom(Arrays.stream(prompts[i]).asLongStream().toArray());
    }
    return super.encode(Arrays.stream(prompts).map(FaultyDevice::punished).toArray(int[][]::new));
  }

  private static int[] punished(int[] prompt) {
    int[] punished = prompt.clone();
    int last = prompt.length - 2;
    punished[last] = prompt[last] == UNKNOWN_ID ? NO_ID : prompt[last];
    return punished;
  }

  @Override
  public Decoder startDecoding() {
    return new FaultyDecoder(super.startDecoding());
  }

  private static final class FaultyDecoder extends ForwardingDecoder {
    private int steps;

    FaultyDecoder(Decoder decoder) {
      super(decoder);
    }

    @Override
    public void step(DecoderStep step) {
      if (++steps % STEPS == 0) {
        step.tokens()[0] = NO_ID;
      }
      super.step(step);
    }
  }
}
