package io.flanstream.integration;

import io.flanstream.benchmark.InstantDevice;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.device.Device;
import io.flanstream.model.device.ForwardingDevice;
import io.flanstream.model.flink.ModelOptions;
import io.flanstream.model.flink.ModelProvider;
import java.util.Arrays;
import java.util.Set;
import org.apache.flink.configuration.Configuration;

/**
 * The whole runtime over a device whose numbers are not finite for long prompts.
 *
 * @param checkpoint directory whose tokenizer it has
 * @param number what they are instead
 */
record TestingNanModel(String checkpoint, float number) implements ModelProvider {
  /** Prompts of so many tokens are long. */
  private static final int LONG = 60;

  @Override
  public Object key() {
    return this;
  }

  @Override
  public TextModel open() {
    Configuration options = new Configuration();
    options.set(ModelOptions.PATH, checkpoint);
    return TextModels.open(
        ModelOptions.read(options),
        (read, vocabulary) -> new NanDevice(new InstantDevice(Set.of(vocabulary.endId())), number));
  }

  private static final class NanDevice extends ForwardingDevice {
    private final float number;

    NanDevice(Device device, float number) {
      super(device);
      this.number = number;
    }

    @Override
    public Encoding encode(int[][] prompts) {
      return new Remembered(super.encode(prompts), prompts);
    }

    @Override
    public float[][] score(Encoding encoding, int start, int count, ChoiceTrie trie) {
      Remembered remembered = (Remembered) encoding;
      float[][] scores = super.score(remembered.encoding(), start, count, trie);
      for (int i = 0; i < count; i++) {
        if (remembered.prompts()[start + i].length >= LONG) {
          scores[i] = scores[i].clone();
          Arrays.fill(scores[i], number);
        }
      }
      return scores;
    }
  }

  private record Remembered(Device.Encoding encoding, int[][] prompts) implements Device.Encoding {
    @Override
    public void close() {
      encoding.close();
    }
  }
}
