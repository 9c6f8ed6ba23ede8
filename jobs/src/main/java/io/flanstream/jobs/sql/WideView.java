package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.model.task.ClassificationTask;
import io.flanstream.model.task.ExtractionTask;
import io.flanstream.model.task.Field;
import io.flanstream.model.task.TaskDefinition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A row for each event, with a column for every answer: label and score of a classification, the
 * value of a field in the field's type. Null where there is none.
 */
final class WideView {
  /** Not the pipeline's name, which the catalog has: Calcite would take one for the other. */
  static final String NAME = "answers";

  private final Map<String, String> columns = new LinkedHashMap<>();

  private WideView(List<TaskDefinition> tasks, List<String> keys) {
    keys.forEach(key -> columns.put(key, ""));
    for (TaskDefinition task : tasks) {
      if (task instanceof ClassificationTask classification) {
        add(classification);
      } else if (task instanceof ExtractionTask extraction) {
        extraction.fields().forEach(field -> add(extraction, field));
      }
    }
  }

  static PipelineView of(Pipeline pipeline, List<String> keys) {
    Map<String, String> columns = new WideView(pipeline.tasks().tasks(), keys).columns;
    // Their names were taken; the view has them anyway.
    columns.keySet().removeAll(keys);
    String selected =
        columns.entrySet().stream()
            .map(column -> ",\n  %s AS %s".formatted(column.getValue(), quoted(column.getKey())))
            .collect(Collectors.joining());
    return new PipelineView(
        NAME,
        List.copyOf(columns.keySet()),
        "SELECT {keys}%s\nFROM {database}.enriched AS e".formatted(selected));
  }

  private void add(ClassificationTask task) {
    String answer = "{database}.row_named(e.classifications, %s)".formatted(literal(task.name()));
    put(task.name(), task.name(), answer + ".label");
    put(task.name() + "_score", task.name(), answer + ".score");
  }

  private void add(ExtractionTask task, Field field) {
    String found =
        "{database}.row_named({database}.row_named(e.extractions, %s).fields, %s)"
            .formatted(literal(task.name()), literal(field.name()));
    put(field.name(), task.name(), value(found, field.type()));
  }

  /** A value of another type than text is the one that was read, null where none was. */
  private static String value(String found, Field.Type type) {
    return switch (type) {
      case TEXT -> found + ".`value`";
      case ENUM -> found + ".typedValue";
      case INTEGER -> "TRY_CAST(%s.typedValue AS BIGINT)".formatted(found);
      case DECIMAL -> "TRY_CAST(%s.typedValue AS DECIMAL(38, 18))".formatted(found);
      case DATE -> "TRY_CAST(%s.typedValue AS DATE)".formatted(found);
    };
  }

  /** Where another answer has the name already, the task's is put before it, and then a number. */
  private void put(String name, String task, String value) {
    String free = columns.containsKey(name) ? task + "_" + name : name;
    for (int number = 2; columns.containsKey(free); number++) {
      free = "%s_%s_%s".formatted(task, name, number);
    }
    columns.put(free, value);
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
