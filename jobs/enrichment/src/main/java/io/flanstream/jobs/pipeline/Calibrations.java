package io.flanstream.jobs.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Calibrations that tasks name by their files. */
final class Calibrations {
  private static final String CALIBRATION = "calibration";

  private Calibrations() {}

  /** Puts what the files hold in the place of their names. */
  static void resolve(JsonNode tasks, Path directory, Violations faults) {
    for (int i = 0; i < tasks.size(); i++) {
      if (tasks.get(i) instanceof ObjectNode task && task.path(CALIBRATION).isTextual()) {
        String key = "%s[%s].%s".formatted(PipelineFile.TASKS, i, CALIBRATION);
        task.set(
            CALIBRATION, read(directory.resolve(task.get(CALIBRATION).textValue()), key, faults));
      }
    }
  }

  private static JsonNode read(Path file, String key, Violations faults) {
    try {
      return YamlReader.read(Files.readString(file));
    } catch (NoSuchFileException e) {
      faults.add(new Violation(key, "must be a file that is there", file.toString()));
    } catch (InvalidYamlException e) {
      faults.add(new Violation(key, "must be a YAML file: " + e.getMessage(), file.toString()));
    } catch (IOException e) {
      faults.add(
          new Violation(
              key, "must be a file that can be read: " + e.getMessage(), file.toString()));
    }
    return null;
  }
}
