package io.flanstream.jobs.plan;

import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.T5Config;
import io.flanstream.model.checkpoint.T5Cost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The model of a plan: of a checkpoint, or of a {@code config.json} whose weights lie elsewhere.
 *
 * @param cost its operations and numbers
 * @param hasWeights whether the weights are there; else the head is taken to be stored apart
 */
public record PlannedModel(T5Cost cost, boolean hasWeights) {

  /**
   * Reads what a directory says of its model.
   *
   * @throws io.flanstream.model.checkpoint.CheckpointException if that is not a T5-family model
   */
  public static PlannedModel read(Path directory) {
    Path config = directory.resolve("config.json");
    if (Files.exists(config) && !hasWeights(directory)) {
      return new PlannedModel(new T5Cost(T5Config.read(config), true), false);
    }
    Checkpoint checkpoint = Checkpoint.open(directory);
    return new PlannedModel(new T5Cost(checkpoint.config(), checkpoint.head().isPresent()), true);
  }

  private static boolean hasWeights(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(file -> file.toString().endsWith(".safetensors"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
