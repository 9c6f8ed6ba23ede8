package io.flanstream.model.flink.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.model.flink.table.SqlModelOptions.TaskType;
import io.flanstream.model.task.Field;
import io.flanstream.model.task.ParsedTasks;
import io.flanstream.model.task.TaskParser;
import io.flanstream.model.task.TaskSet;
import io.flanstream.model.task.TaskViolation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;

/** A model's options to its task, by the rules of the pipeline file. */
final class SqlTasks {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final Set<String> MASKED = Set.of("fields", "forms");
  private static final String EXAMPLES = SqlModelOptions.EXAMPLES.key();

  private SqlTasks() {}

  static TaskSet classification(ReadableConfig options, String name) {
    Map<String, Object> task = task(name, TaskType.CLASSIFICATION);
    options
        .getOptional(SqlModelOptions.LABELS)
        .ifPresent(labels -> task.put("labels", entries(SqlModelOptions.LABELS, labels)));
    put(task, options, SqlModelOptions.QUESTION);
    put(task, options, SqlModelOptions.MULTI_LABEL);
    put(task, options, SqlModelOptions.OPTIONS);
    put(task, options, SqlModelOptions.THRESHOLD);
    put(task, options, SqlModelOptions.TEMPLATE);
    options
        .getOptional(SqlModelOptions.EXAMPLES)
        .ifPresent(json -> task.put(EXAMPLES, examples(json, "create model")));
    // All scores may be asked for.
    task.put("alternatives", Integer.MAX_VALUE);
    return parsed(task, "create model");
  }

  static TaskSet extraction(ReadableConfig options, String name, List<Column> columns) {
    Map<String, Object> task = task(name, TaskType.EXTRACTION);
    task.put(
        "fields",
        options
            .getOptional(SqlModelOptions.FIELDS)
            .map(fields -> entries(SqlModelOptions.FIELDS, fields))
            .orElseGet(() -> columns.stream().map(SqlTasks::field).toList()));
    put(task, options, SqlModelOptions.THRESHOLD);
    put(task, options, SqlModelOptions.FIELDS_AT_ONCE);
    put(task, options, SqlModelOptions.TEMPLATE);
    options
        .getOptional(SqlModelOptions.EXAMPLES)
        .ifPresent(json -> task.put(EXAMPLES, examples(json, "create model")));
    return parsed(task, "create model");
  }

  /** A field that no option describes: its type is that of its column. */
  private static Object field(Column column) {
    return FieldColumn.of(column.getDataType().getLogicalType())
        .map(FieldColumn::field)
        .filter(type -> type != Field.Type.TEXT)
        .<Object>map(
            type -> Map.of("name", column.getName(), "type", type.name().toLowerCase(Locale.ROOT)))
        .orElse(column.getName());
  }

  /**
   * The task of a function.
   *
   * @param question which function
   * @param type type of the task
   * @param key key of its labels or fields
   * @param choices a list of names, or a map of names to descriptions
   * @param options other keys of the task
   */
  static TaskSet of(
      AiQuestion question, TaskType type, String key, Object choices, Map<String, String> options) {
    Map<String, Object> task = task(question.name().toLowerCase(Locale.ROOT), type);
    options.forEach(
        (option, value) ->
            task.put(option, option.equals(EXAMPLES) ? examples(value, "ask " + question) : value));
    task.put(key, choices instanceof Map<?, ?> described ? entries(described) : choices);
    return parsed(task, "ask " + question);
  }

  /**
   * The task of a function that masks.
   *
   * @param question which function
   * @param options keys of the task; fields and forms are names with commas between them
   */
  static TaskSet masking(AiQuestion question, Map<String, String> options) {
    Map<String, Object> task = new LinkedHashMap<>();
    task.put("name", question.name().toLowerCase(Locale.ROOT));
    task.put("type", "masking");
    options.forEach(
        (option, value) ->
            task.put(option, MASKED.contains(option) && value != null ? names(value) : value));
    return parsed(task, "ask " + question);
  }

  private static List<String> names(String written) {
    return Arrays.stream(written.split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static List<Object> entries(Map<?, ?> described) {
    List<Object> entries = new ArrayList<>();
    described.forEach(
        (name, description) ->
            entries.add(
                description == null ? name : Map.of("name", name, "description", description)));
    return entries;
  }

  private static Map<String, Object> task(String name, TaskType type) {
    Map<String, Object> task = new LinkedHashMap<>();
    task.put("name", name);
    task.put("type", type.name().toLowerCase(Locale.ROOT));
    return task;
  }

  private static void put(
      Map<String, Object> task, ReadableConfig options, ConfigOption<?> option) {
    options.getOptional(option).ifPresent(value -> task.put(option.key(), value));
  }

  private static List<Object> entries(ConfigOption<String> option, String text) {
    return text.strip().startsWith("[")
        ? list(
            text, "create model", option.key() + " must be names parted by commas or a JSON list")
        : Arrays.stream(text.split(",")).map(entry -> (Object) entry.strip()).toList();
  }

  private static List<Object> examples(String json, String doing) {
    return json == null ? null : list(json, doing, EXAMPLES + " must be a JSON list");
  }

  private static List<Object> list(String json, String doing, String rule) {
    try {
      return MAPPER.readValue(json, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new ValidationException(
          "Cannot %s: %s: %s".formatted(doing, rule, e.getOriginalMessage()), e);
    }
  }

  private static TaskSet parsed(Map<String, Object> task, String doing) {
    ParsedTasks parsed = TaskParser.parse(new ArrayList<>(List.of(task)), "task");
    return parsed
        .tasks()
        .orElseThrow(
            () ->
                new ValidationException(
                    parsed.faults().stream()
                        .map(SqlTasks::message)
                        .collect(Collectors.joining("; ", "Cannot %s: ".formatted(doing), ""))));
  }

  /** A model has one task: its options stand by themselves. */
  private static String message(TaskViolation fault) {
    return fault.message().replaceFirst("^task\\[0\\]\\.", "");
  }
}
