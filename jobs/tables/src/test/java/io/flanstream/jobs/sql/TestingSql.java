package io.flanstream.jobs.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskParser;
import io.flanstream.model.task.TaskResults;
import io.flanstream.model.task.TaskRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;

/**
 * Flink SQL in this process, the shipped checkpoint, and what the job makes of the demo's messages.
 */
final class TestingSql {
  static final Path ROOT = Path.of(System.getProperty("flanstream.root"));
  static final Path MODEL = ROOT.resolve("deploy/models/flan-mini");

  private TestingSql() {}

  /** A session whose queries are planned alone. */
  static TableEnvironment planner(String mode) {
    return environment(mode, new Configuration());
  }

  /** A session whose queries run in a Flink, as a command's do. */
  static TableEnvironment environment(String mode, Configuration client) {
    Configuration config = new Configuration(client);
    config.set(CoreOptions.DEFAULT_PARALLELISM, 1);
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    EnvironmentSettings.Builder settings =
        EnvironmentSettings.newInstance().withConfiguration(config);
    return TableEnvironment.create(
        (mode.equals("batch") ? settings.inBatchMode() : settings.inStreamingMode()).build());
  }

  static List<Row> rows(TableEnvironment tables, String query) {
    List<Row> rows = new ArrayList<>();
    tables.executeSql(query).collect().forEachRemaining(rows::add);
    return rows;
  }

  static Table values(TableEnvironment tables, Map<String, String> texts) {
    List<Row> rows = texts.entrySet().stream().map(e -> Row.of(e.getKey(), e.getValue())).toList();
    return tables.fromValues(rows.toArray()).as("id", "text");
  }

  /** The first good messages of the demo. */
  static Map<String, String> texts(int count) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Map<String, String> texts = new LinkedHashMap<>();
    List<String> lines = Files.readAllLines(ROOT.resolve("deploy/demo/messages.jsonl"));
    List<String> expected = Files.readAllLines(ROOT.resolve("deploy/demo/expected.jsonl"));
    for (int i = 0; i < lines.size() && texts.size() < count; i++) {
      if (mapper.readTree(expected.get(i)).path("outcome").asText().equals("ENRICHED")) {
        JsonNode message = mapper.readTree(lines.get(i));
        texts.put(message.get("id").asText(), message.get("text").asText());
      }
    }
    return texts;
  }

  static void answers(Map<String, String> texts, String task, BiConsumer<String, TaskResults> to)
      throws IOException {
    Object parsed = new ObjectMapper().readValue("[" + task + "]", Object.class);
    try (TextModel model = TextModels.open(ModelSettings.of(MODEL))) {
      TaskRunner runner =
          new TaskRunner(
              model,
              TaskParser.parse(parsed, "tasks").tasks().orElseThrow(),
              OverlongPolicy.REJECT);
      texts.forEach((id, text) -> to.accept(id, runner.run(text).join()));
    }
  }
}
