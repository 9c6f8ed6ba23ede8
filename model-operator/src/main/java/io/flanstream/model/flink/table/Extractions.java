package io.flanstream.model.flink.table;

import io.flanstream.model.flink.table.TaskAnswers.Value;
import io.flanstream.model.task.ExtractionTask;
import io.flanstream.model.task.Field;
import io.flanstream.model.task.TaskResults;
import io.flanstream.model.task.TaskSet;
import io.flanstream.schemas.ExtractedField;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;

/** Columns of an extraction: one for each field, null where the text does not say. */
final class Extractions {

  private Extractions() {}

  static Answers of(ReadableConfig options, String name, List<Column> columns) {
    TaskSet tasks =
        SqlTasks.extraction(options, name, columns.stream().map(Column::getName).toList());
    List<Field> all = ((ExtractionTask) tasks.tasks().get(0)).fields();
    if (all.stream().anyMatch(field -> field.values() == Field.Values.MANY)) {
      throw new ValidationException(
          "Cannot create model: fields must have one value each, which is a column's, got many");
    }
    List<String> fields = all.stream().map(Field::name).toList();
    List<Value> values = new ArrayList<>();
    for (Column column : columns) {
      if (!fields.contains(column.getName())) {
        throw new ValidationException(
            "Cannot create model: output columns must be among the fields %s, got %s"
                .formatted(fields, column.getName()));
      }
      values.add(value(column));
    }
    return new TaskAnswers(tasks, options.get(SqlModelOptions.OVERLONG), values);
  }

  private static Value value(Column column) {
    String name = column.getName();
    if (Columns.is(column, DataTypes.STRING())) {
      return results -> text(find(results, name));
    }
    if (Columns.is(column, Columns.SPAN)) {
      return results -> span(find(results, name));
    }
    throw new ValidationException(
        "Cannot create model: output column %s must be STRING or %s, got %s"
            .formatted(name, Columns.SPAN, column.getDataType()));
  }

  private static ExtractedField find(TaskResults results, String name) {
    for (ExtractedField field : results.extractions().get(0).getFields()) {
      if (field.getName().equals(name)) {
        return field;
      }
    }
    return null;
  }

  private static Object text(ExtractedField field) {
    return field == null ? null : StringData.fromString(field.getValue());
  }

  /** A value with its place, or null. */
  static Object span(ExtractedField field) {
    return field == null
        ? null
        : GenericRowData.of(
            StringData.fromString(field.getValue()),
            field.getStart(),
            field.getEnd(),
            field.getScore());
  }
}
