package io.flanstream.jobs.cli;

import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.flink.ModelOptions;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Option;

/**
 * Arguments that say which model, and how it computes. What one command alone says, or says in
 * words of its own, stays there, though picocli's declarations look alike.
 */
final class ModelArguments {
  private static final Set<String> KEYS =
      Stream.of(ModelOptions.class.getFields())
          .map(ModelArguments::key)
          .collect(Collectors.toCollection(TreeSet::new));

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Directory of a Hugging Face checkpoint.")
  private Path directory;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set any model option, such as model.dtype=bfloat16.")
  private Map<String, String> settings = new HashMap<>();

  /** Opens the model, and has it closed at the end. */
  TextModel open() {
    return open(Map.of());
  }

  /** Opens the model with options of the command's own, which win over those set. */
  TextModel open(Map<String, String> own) {
    return Cleanup.register(
        LoadingProgress.show(listener -> TextModels.open(settings(own), listener)));
  }

  /** The model's settings, with options of the command's own, which win over those set. */
  ModelSettings settings(Map<String, String> own) {
    Configuration config = new Configuration();
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(own);
    all.forEach(
        (key, value) -> {
          if (!KEYS.contains(key)) {
            throw CommandException.usage(
                "Cannot set %s: there is no such option; the options are %s"
                    .formatted(key, String.join(", ", KEYS)));
          }
          config.setString(key, value);
        });
    config.set(ModelOptions.PATH, directory.toString());
    return ModelOptions.read(config);
  }

  private static String key(Field field) {
    try {
      return ((ConfigOption<?>) field.get(null)).key();
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("Cannot read " + field, e);
    }
  }
}
