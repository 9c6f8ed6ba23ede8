package io.flanstream.model.flink;

import io.flanstream.model.DeviceLoss;
import io.flanstream.model.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.WeakHashMap;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job's losses of its device on this machine: too many in too short a time fail the job for good,
 * since a device that is lost again and again is broken.
 *
 * <p>Each loss is a line in a file of the job, so that those count too that ended a process. The
 * subtasks of a process that lose one model have one loss. Thread-safe.
 */
final class DeviceLosses {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceLosses.class);
  private static final String SUFFIX = ".losses";

  /** What each loss of this process means for each job, so that a loss is noted once. */
  private static final Map<Object, Map<String, RuntimeException>> JUDGED = new WeakHashMap<>();

  private final String job;
  private final DeviceLossSettings settings;

  /**
   * The losses of a job.
   *
   * @param job its id, which stays through restarts
   * @param settings how many are too many
   */
  DeviceLosses(String job, DeviceLossSettings settings) {
    this.job = job;
    this.settings = settings;
  }

  /**
   * Notes a loss, once for each model.
   *
   * @param model the model that is lost, by identity
   * @param loss why
   * @return what to fail the job with: for good where it was one loss too many
   */
  RuntimeException judge(Object model, DeviceLoss loss) {
    synchronized (JUDGED) {
      return JUDGED
          .computeIfAbsent(model, unused -> new HashMap<>())
          .computeIfAbsent(job, unused -> judged(loss));
    }
  }

  private RuntimeException judged(DeviceLoss loss) {
    int losses = note();
    if (losses < settings.max()) {
      LOG.warn("The device is lost, loss {} of this job: {}", losses, loss.reason());
      return new ModelException(ModelException.Code.DEVICE_LOST, loss.reason());
    }
    String why =
        "Cannot run job: its device must be lost fewer than %s = %s times within %s = %s, was lost %s times, at last: %s"
            .formatted(
                ModelOptions.DEVICE_LOSS_MAX.key(),
                settings.max(),
                ModelOptions.DEVICE_LOSS_WITHIN.key(),
                settings.within(),
                losses,
                loss.reason());
    LOG.error("{}", why);
    return new SuppressRestartsException(new ModelException(ModelException.Code.DEVICE_LOST, why));
  }

  /** How many losses count now. */
  int recent() {
    Path file = file();
    if (!Files.exists(file)) {
      return 0;
    }
    try {
      return counting(file);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Adds a loss; how many there are that count. */
  private int note() {
    Path file = file();
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(
          file,
          "%s %s%n".formatted(Instant.now(), UUID.randomUUID()),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      return counting(file);
    } catch (IOException e) {
      LOG.warn(
          "Cannot note the loss of the device in {}: {}; it is not counted", file, e.toString());
      return 1;
    }
  }

  private Path file() {
    return Path.of(settings.directory()).resolve(job + SUFFIX);
  }

  private int counting(Path file) throws IOException {
    Instant since = Instant.now().minus(settings.within());
    int counting = 0;
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      counting += isSince(line, since) ? 1 : 0;
    }
    return counting;
  }

  private static boolean isSince(String line, Instant since) {
    try {
      return Instant.parse(line.split(" ")[0]).isAfter(since);
    } catch (DateTimeParseException e) {
      // A line that was cut off.
      return false;
    }
  }
}
