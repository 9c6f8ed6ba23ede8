package io.flanstream.model.flink.table;

import io.flanstream.model.flink.table.TaskAnswers.Value;
import io.flanstream.model.task.ExtractionTask;
import io.flanstream.model.task.Field;
import io.flanstream.model.task.TaskResults;
import io.flanstream.model.task.TaskSet;
import io.flanstream.schemas.ExtractedField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.LogicalType;

/** Columns of an extraction: one for each field, null where the text does not say. */
final class Extractions {

  private Extractions() {}

  static RowAnswers of(ReadableConfig options, String name, List<Column> columns) {
    TaskSet tasks = SqlTasks.extraction(options, name, columns);
    List<Field> all = ((ExtractionTask) tasks.tasks().get(0)).fields();
    if (all.stream().anyMatch(field -> field.values() == Field.Values.MANY)) {
      throw new ValidationException(
          "Cannot create model: fields must have one value each, which is a column's, got many");
    }
    Map<String, Field> fields = new LinkedHashMap<>();
    all.forEach(field -> fields.put(field.name(), field));
    List<Value> values = new ArrayList<>();
    for (Column column : columns) {
      Field field = fields.get(column.getName());
      if (field == null) {
        throw new ValidationException(
            "Cannot create model: output columns must be among the fields %s, got %s"
                .formatted(fields.keySet(), column.getName()));
      }
      values.add(value(column, field));
    }
    return new TaskAnswers(tasks, options.get(SqlModelOptions.OVERLONG), values);
  }

  private static Value value(Column column, Field field) {
    String name = field.name();
    if (Columns.is(column, Columns.SPAN)) {
      return results -> span(find(results, name));
    }
    LogicalType type = column.getDataType().getLogicalType();
    FieldColumn form =
        FieldColumn.of(type)
            .filter(one -> one.fits(field.type()))
            .orElseThrow(() -> misfit(column, field.type()));
    return results -> {
      ExtractedField found = find(results, name);
      return found == null ? null : form.value(found, type);
    };
  }

  private static ValidationException misfit(Column column, Field.Type field) {
    return new ValidationException(
        "Cannot create model: output column %s must be %s or %s, got %s"
            .formatted(
                column.getName(),
                Arrays.stream(FieldColumn.values())
                    .filter(form -> form.fits(field))
                    .map(FieldColumn::name)
                    .collect(Collectors.joining(", ")),
                Columns.SPAN,
                column.getDataType()));
  }

  private static ExtractedField find(TaskResults results, String name) {
    for (ExtractedField field : results.extractions().get(0).getFields()) {
      if (field.getName().equals(name)) {
        return field;
      }
    }
    return null;
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
