package io.flanstream.integration;

import io.flanstream.benchmark.InstantDevice;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.flink.DeviceLossSettings;
import io.flanstream.model.flink.ModelOptions;
import io.flanstream.model.flink.ModelProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.Configuration;

/**
 * The whole runtime over a device that is lost now and then.
 *
 * @param checkpoint directory whose tokenizer it has
 * @param directory where losses are noted, which processes share
 * @param ways how the device is lost, one way after the other
 * @param losses how often, of all processes
 * @param every prompts that a process encodes between two losses
 * @param max losses at which a job fails for good
 */
record TestingLossyModel(
    String checkpoint,
    String directory,
    List<TestingLossyDevice.Way> ways,
    int losses,
    int every,
    int max)
    implements ModelProvider {
  static final Duration CALL_TIMEOUT = Duration.ofMillis(400);
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Map<String, AtomicInteger> OPENED = new ConcurrentHashMap<>();

  @Override
  public Object key() {
    return directory;
  }

  @Override
  public TextModel open() {
    OPENED.computeIfAbsent(directory, key -> new AtomicInteger()).incrementAndGet();
    Configuration options = new Configuration();
    options.set(ModelOptions.PATH, checkpoint);
    options.set(ModelOptions.CALL_TIMEOUT, CALL_TIMEOUT);
    return TextModels.open(
        ModelOptions.read(options),
        (read, vocabulary) ->
            new TestingLossyDevice(
                new InstantDevice(Set.of(vocabulary.endId())),
                Path.of(directory),
                ways,
                losses,
                every));
  }

  @Override
  public DeviceLossSettings deviceLoss() {
    return new DeviceLossSettings(max, Duration.ofHours(1), GRACE, directory);
  }

  /** How many models this process has opened. */
  int opened() {
    return OPENED.getOrDefault(directory, new AtomicInteger()).get();
  }
}
