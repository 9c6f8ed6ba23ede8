package io.flanstream.model.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/** Tasks from JSON with single quotes and bare names. */
final class TestingTasks {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .build();

  private TestingTasks() {}

  static ParsedTasks parsed(String json) {
    try {
      return TaskParser.parse(MAPPER.readTree(json), "tasks");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static TaskSet tasks(String json) {
    return parsed(json).orElseThrow();
  }

  static List<String> faults(String json) {
    return parsed(json).faults().stream().map(TaskViolation::message).toList();
  }
}
