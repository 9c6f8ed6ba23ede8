package io.flanstream.jobs.pipeline;

import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.ModelOptions;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;

/**
 * Checks the options under {@code model.*}; whether the checkpoint is there shows where it is
 * opened.
 */
final class ModelSection {
  private static final String PREFIX = "model.";

  private ModelSection() {}

  static Configuration from(Configuration config, Path directory, Violations faults) {
    Configuration model = new Configuration();
    config
        .toMap()
        .forEach(
            (key, value) -> {
              if (key.startsWith(PREFIX)) {
                model.setString(key, value);
              }
            });
    String path = Rules.required(config, ModelOptions.PATH, faults);
    model.set(ModelOptions.PATH, resolved(directory, path == null ? "" : path));
    config
        .getOptional(ModelOptions.ADAPTER)
        .ifPresent(
            adapters ->
                model.set(
                    ModelOptions.ADAPTER,
                    adapters.stream().map(adapter -> resolved(directory, adapter)).toList()));
    model.keySet().forEach(key -> check(key, model, faults));
    return model;
  }

  private static String resolved(Path directory, String path) {
    return CheckpointModel.isRemote(path) ? path : directory.resolve(path).normalize().toString();
  }

  /** Each option alone, so that one fault does not hide the next. */
  private static void check(String key, Configuration model, Violations faults) {
    Configuration alone = new Configuration();
    alone.set(ModelOptions.PATH, model.get(ModelOptions.PATH));
    alone.setString(key, model.toMap().get(key));
    try {
      ModelOptions.read(alone);
    } catch (IllegalArgumentException e) {
      faults.add(key, e.getMessage());
    }
  }
}
