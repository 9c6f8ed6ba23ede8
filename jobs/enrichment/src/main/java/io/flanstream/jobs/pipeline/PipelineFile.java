package io.flanstream.jobs.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.flanstream.model.task.ParsedTasks;
import io.flanstream.model.task.TaskParser;
import io.flanstream.model.task.TaskSet;
import io.flanstream.model.task.TaskViolation;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;

/**
 * Reads a pipeline from one YAML file and checks the whole of it.
 *
 * <p>Paths in the file, {@code model.path}, {@code source.schema} and a task's {@code calibration},
 * are relative to the file.
 */
public final class PipelineFile {
  static final String TASKS = "tasks";

  /** Keys at the top that begin so are no options: what anchors are kept under. */
  private static final String EXTENSION = "x-";

  private PipelineFile() {}

  /**
   * Reads and checks a file.
   *
   * @param file a YAML file
   * @return the pipeline
   * @throws InvalidPipelineException with every fault, if there is one
   */
  public static Pipeline read(Path file) {
    Path directory = file.toAbsolutePath().normalize().getParent();
    try {
      return parse(Files.readString(file), file.toString(), directory);
    } catch (NoSuchFileException e) {
      throw fault(file.toString(), "is not there");
    } catch (CharacterCodingException e) {
      throw fault(file.toString(), "must be UTF-8");
    } catch (IOException e) {
      throw fault(file.toString(), "cannot be read: " + e.getMessage());
    }
  }

  /**
   * The tasks of a file as a JSON list, what they name by file put in its place.
   *
   * @param file a YAML file, read and checked before
   */
  public static String tasksAsJson(Path file) throws IOException {
    JsonNode tasks = tree(Files.readString(file), file.toString(), System.getenv()).get(TASKS);
    Calibrations.resolve(tasks, file.toAbsolutePath().normalize().getParent(), new Violations());
    return tasks.toString();
  }

  /**
   * Checks a pipeline.
   *
   * @param yaml the text of a pipeline file
   * @param file what to call it in messages
   * @param directory what paths in it are relative to
   * @return the pipeline
   * @throws InvalidPipelineException with every fault, if there is one
   */
  public static Pipeline parse(String yaml, String file, Path directory) {
    return parse(yaml, file, directory, System.getenv());
  }

  /**
   * Checks a pipeline whose variables have other values than those of this process.
   *
   * @param yaml the text of a pipeline file
   * @param file what to call it in messages
   * @param directory what paths in it are relative to
   * @param environment values of variables by name
   * @return the pipeline
   * @throws InvalidPipelineException with every fault, if there is one
   */
  public static Pipeline parse(
      String yaml, String file, Path directory, Map<String, String> environment) {
    Violations faults = new Violations();
    Map<String, JsonNode> top = new LinkedHashMap<>();
    tree(yaml, file, environment)
        .properties()
        .forEach(entry -> top.put(entry.getKey(), entry.getValue()));
    JsonNode tasks = top.remove(TASKS);
    top.keySet().removeIf(key -> key.startsWith(EXTENSION));
    Configuration config = new OptionReader(faults).read(top);
    Pipeline pipeline = pipeline(config, tasks, directory, faults);
    if (!faults.isEmpty()) {
      throw new InvalidPipelineException(file, faults.all());
    }
    return pipeline;
  }

  private static Pipeline pipeline(
      Configuration config, JsonNode tasks, Path directory, Violations faults) {
    String name = name(config, faults);
    Pipeline pipeline =
        new Pipeline(
            name,
            KafkaSettings.from(config, name, faults),
            RegistrySettings.from(config, faults),
            SourceSettings.from(config, directory, faults),
            ModelSection.from(config, directory, faults),
            tasks(tasks, directory, faults),
            config.get(PipelineOptions.OVERLONG),
            SinkSettings.from(config, name, faults),
            DeadLetterSettings.from(config, faults),
            JobSettings.from(config, faults),
            config.getOptional(PipelineOptions.TASKS_TOPIC),
            HistorySettings.from(config, faults));
    topicsDiffer(pipeline, faults);
    SinkShape.check(pipeline, faults);
    SinkRoutes.check(pipeline, faults);
    SinkPlacement.check(pipeline, faults);
    tasksTopicDiffers(pipeline, faults);
    if (pipeline.tasks() != null) {
      add(pipeline.tasks().faults(pipeline.overlong()), faults);
    }
    return pipeline;
  }

  private static String name(Configuration config, Violations faults) {
    String name = Rules.required(config, PipelineOptions.NAME, faults);
    if (name != null) {
      faults.check(
          name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"),
          PipelineOptions.NAME,
          "must be up to 100 letters, digits, dots, dashes and underscores, a letter or digit"
              + " first",
          name);
    }
    return name;
  }

  private static TaskSet tasks(JsonNode tasks, Path directory, Violations faults) {
    if (tasks == null || tasks.isNull()) {
      faults.add(TASKS, "must be set");
      return null;
    }
    Calibrations.resolve(tasks, directory, faults);
    ParsedTasks parsed = TaskParser.parse(tasks, TASKS);
    add(parsed.faults(), faults);
    return parsed.tasks().orElse(null);
  }

  private static void add(List<TaskViolation> ofTasks, Violations faults) {
    ofTasks.forEach(fault -> faults.add(new Violation(fault.path(), fault.rule(), fault.value())));
  }

  private static void topicsDiffer(Pipeline pipeline, Violations faults) {
    SourceTopics source = pipeline.source().topics();
    String key = SourceTopics.key(source);
    String sink = pipeline.sink().topic();
    String deadLetters = pipeline.deadLetters().topic();
    if (sink != null) {
      faults.check(!source.matches(sink), SinkOptions.TOPIC, "must differ from " + key, sink);
    }
    if (deadLetters != null) {
      faults.check(
          !source.matches(deadLetters) && !deadLetters.equals(sink),
          DeadLetterOptions.TOPIC,
          "must differ from %s and %s".formatted(key, SinkOptions.TOPIC.key()),
          deadLetters);
    }
  }

  private static void tasksTopicDiffers(Pipeline pipeline, Violations faults) {
    pipeline
        .tasksTopic()
        .ifPresent(
            topic ->
                faults.check(
                    !pipeline.source().topics().matches(topic)
                        && !pipeline.sink().topics().contains(topic)
                        && !topic.equals(pipeline.deadLetters().topic()),
                    PipelineOptions.TASKS_TOPIC,
                    "must differ from the other topics",
                    topic));
  }

  private static JsonNode tree(String yaml, String file, Map<String, String> environment) {
    JsonNode tree;
    Variables variables = new Variables(environment);
    try {
      tree = YamlReader.read(yaml, variables);
    } catch (InvalidYamlException e) {
      throw fault(file, "must be YAML: " + e.getMessage());
    }
    if (tree == null || !tree.isObject()) {
      throw fault(file, "must be YAML with keys at its top");
    }
    if (!variables.missing().isEmpty()) {
      throw fault(
          file,
          "must have its variables in the environment, which lacks "
              + String.join(", ", variables.missing()));
    }
    return tree;
  }

  private static InvalidPipelineException fault(String file, String rule) {
    return new InvalidPipelineException(file, List.of(new Violation(file, rule, "")));
  }
}
