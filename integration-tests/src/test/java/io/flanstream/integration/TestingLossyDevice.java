package io.flanstream.integration;

import io.flanstream.model.device.Device;
import io.flanstream.model.device.DeviceException;
import io.flanstream.model.device.ForwardingDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A device that is lost after so many prompts of its process. */
final class TestingLossyDevice extends ForwardingDevice {
  static final String CUDA_ERROR = "CUDA error: an illegal memory access was encountered";

  private static final AtomicLong ENCODED = new AtomicLong();

  /** How a device is lost. */
  enum Way {
    /** A call fails, and the process could open it again. */
    FAILS,
    /** A call takes longer than it may. */
    IS_SLOW,
    /** A call does not come back. */
    HANGS,
    /** No call of this process succeeds any more. */
    IS_POISONED
  }

  private final Path directory;
  private final List<Way> ways;
  private final int losses;
  private final int every;

  TestingLossyDevice(Device device, Path directory, List<Way> ways, int losses, int every) {
    super(device);
    this.directory = directory;
    this.ways = ways;
    this.losses = losses;
    this.every = every;
  }

  /** How often it was lost. */
  static int lost(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return (int) files.filter(file -> file.getFileName().toString().startsWith("loss-")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Encoding encode(int[][] prompts) {
    Encoding encoding = super.encode(prompts);
    int number = lost(directory);
    if (ENCODED.addAndGet(prompts.length) >= every && number < losses) {
      ENCODED.set(0);
      lose(number);
    }
    return encoding;
  }

  private void lose(int number) {
    try {
      Files.createFile(directory.resolve("loss-" + number));
      switch (ways.get(number % ways.size())) {
        case FAILS -> throw new DeviceException(DeviceException.Kind.LOST, "gone", null);
        case IS_SLOW -> TimeUnit.MILLISECONDS.sleep(3 * TestingLossyModel.CALL_TIMEOUT.toMillis());
        case HANGS -> TimeUnit.DAYS.sleep(1);
        case IS_POISONED -> throw new DeviceException(DeviceException.Kind.FATAL, CUDA_ERROR, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
