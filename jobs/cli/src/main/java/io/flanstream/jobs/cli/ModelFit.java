package io.flanstream.jobs.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.jobs.client.Installation;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.ModelOptions;
import io.flanstream.model.task.ClassificationTask;
import io.flanstream.model.task.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a model that knows some labels only is asked for others. Its directory says so in {@code
 * flanstream-model.json}: {@code {"name": "…", "trained-labels": ["…"]}}.
 */
final class ModelFit {
  private static final String FILE = "flanstream-model.json";
  private static final int SHOWN = 5;

  private ModelFit() {}

  /** What to say of labels that a pipeline's model has never seen; empty where there are none. */
  static Optional<String> unknownLabels(Pipeline pipeline) {
    String path = pipeline.model().get(ModelOptions.PATH);
    if (CheckpointModel.isRemote(path) || !Files.isRegularFile(Path.of(path, FILE))) {
      return Optional.empty();
    }
    JsonNode facts = read(Path.of(path, FILE));
    Set<String> known = new HashSet<>();
    facts.path("trained-labels").forEach(label -> known.add(words(label.asText())));
    List<String> unknown =
        pipeline.tasks().tasks().stream()
            .filter(ClassificationTask.class::isInstance)
            .flatMap(task -> ((ClassificationTask) task).labels().stream())
            .filter(label -> !known.contains(words(label.name())))
            .filter(label -> label.text() == null || !known.contains(words(label.text())))
            .map(Label::name)
            .distinct()
            .toList();
    return known.isEmpty() || unknown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s was trained on %s labels, and these are not among them: %s; it may give one label for all texts, with a high score. For your own labels take a Flan-T5 or Flan-UL2: %s model pull google/flan-t5-base"
                .formatted(
                    facts.path("name").asText(path),
                    known.size(),
                    shown(unknown),
                    Installation.current().command()));
  }

  private static JsonNode read(Path file) {
    try {
      return new JsonMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new CommandException("Cannot read %s: it must be JSON".formatted(file), e);
    }
  }

  private static String shown(List<String> labels) {
    String first = String.join(", ", labels.subList(0, Math.min(SHOWN, labels.size())));
    return labels.size() > SHOWN ? "%s and %s more".formatted(first, labels.size() - SHOWN) : first;
  }

  /** Spelt as another set may spell it: AddToPlaylist, add_to_playlist, "add to playlist". */
  private static String words(String label) {
    return label
        .replaceAll("(?<=\\p{Ll})(?=\\p{Lu})", " ")
        .replaceAll("[_\\s-]+", " ")
        .strip()
        .toLowerCase(Locale.ROOT);
  }
}
