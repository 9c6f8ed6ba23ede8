package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.model.task.ClassificationTask;
import io.flanstream.model.task.ExtractionTask;
import io.flanstream.model.task.Field;
import io.flanstream.model.task.TaskDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.DataType;

/**
 * A row for each event, with a column for every answer: label and score of a classification, the
 * value of a field in the field's type. Null where there is none.
 */
final class WideView {
  /** Not the pipeline's name, which the catalog has: Calcite would take one for the other. */
  static final String NAME = "answers";

  private final Set<String> taken;
  private final Map<String, DataType> columns = new LinkedHashMap<>();
  private final List<String> values = new ArrayList<>();

  private WideView(List<TaskDefinition> tasks, Set<String> keys) {
    taken = new HashSet<>(keys);
    for (TaskDefinition task : tasks) {
      if (task instanceof ClassificationTask classification) {
        add(classification);
      } else if (task instanceof ExtractionTask extraction) {
        extraction.fields().forEach(field -> add(extraction, field));
      }
    }
  }

  static PipelineView of(Pipeline pipeline, Set<String> keys) {
    WideView view = new WideView(pipeline.tasks().tasks(), keys);
    return new PipelineView(
        NAME,
        view.columns,
        "SELECT {keys}%s\nFROM {database}.enriched AS e".formatted(String.join("", view.values)));
  }

  private void add(ClassificationTask task) {
    String answer = "{database}.row_named(e.classifications, %s)".formatted(literal(task.name()));
    put(task.name(), task.name(), answer + ".label", DataTypes.STRING());
    put(task.name() + "_score", task.name(), answer + ".score", DataTypes.DOUBLE());
  }

  private void add(ExtractionTask task, Field field) {
    String found =
        "{database}.row_named({database}.row_named(e.extractions, %s).fields, %s)"
            .formatted(literal(task.name()), literal(field.name()));
    put(field.name(), task.name(), value(found, field.type()), type(field.type()));
  }

  /** A value of another type than text is the one that was read, null where none was. */
  private static String value(String found, Field.Type type) {
    return switch (type) {
      case TEXT -> found + ".`value`";
      case ENUM -> found + ".typedValue";
      case INTEGER, DECIMAL, DATE ->
          "TRY_CAST(%s.typedValue AS %s)"
              .formatted(found, type(type).getLogicalType().asSerializableString());
    };
  }

  private static DataType type(Field.Type type) {
    return switch (type) {
      case TEXT, ENUM -> DataTypes.STRING();
      case INTEGER -> DataTypes.BIGINT();
      case DECIMAL -> DataTypes.DECIMAL(38, 18);
      case DATE -> DataTypes.DATE();
    };
  }

  /** Where another answer has the name already, the task's is put before it, and then a number. */
  private void put(String name, String task, String value, DataType type) {
    String free = taken.contains(name) ? task + "_" + name : name;
    for (int number = 2; !taken.add(free); number++) {
      free = "%s_%s_%s".formatted(task, name, number);
    }
    columns.put(free, type);
    values.add(",\n  %s AS %s".formatted(value, quoted(free)));
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
