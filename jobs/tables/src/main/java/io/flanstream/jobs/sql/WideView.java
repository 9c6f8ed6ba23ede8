package io.flanstream.jobs.sql;

import static java.util.stream.Collectors.joining;

import io.flanstream.jobs.pipeline.AnswerColumns;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.route.AnswerTypes;
import io.flanstream.operators.answers.AnswerColumn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.types.DataType;

/**
 * A row for each event, with a column for every answer: label and score of a classification, the
 * value of a field in the field's type. Null where there is none.
 */
final class WideView {
  /** Not the pipeline's name, which the catalog has: Calcite would take one for the other. */
  static final String NAME = "answers";

  private WideView() {}

  static PipelineView of(Pipeline pipeline, Set<String> keys) {
    List<AnswerColumn> columns = AnswerColumns.of(pipeline.tasks().tasks(), keys);
    Map<String, DataType> types = new LinkedHashMap<>();
    columns.forEach(column -> types.put(column.name(), AnswerTypes.of(column)));
    return new PipelineView(
        NAME,
        types,
        "SELECT {keys}%s\nFROM {database}.enriched AS e"
            .formatted(
                columns.stream()
                    .map(column -> ",\n  %s AS %s".formatted(value(column), quoted(column.name())))
                    .collect(joining())));
  }

  /** The same over records that have the answers in fields already. */
  static PipelineView of(AnswersTable table) {
    Map<String, DataType> types = new LinkedHashMap<>();
    Map<String, String> values = table.keys();
    for (AnswerColumn column : table.columns()) {
      types.put(column.name(), AnswerTypes.of(column));
      values.put(column.name(), table.value(column));
    }
    return new PipelineView(
        NAME,
        types,
        "SELECT %s\nFROM {database}.enriched AS e"
            .formatted(
                values.entrySet().stream()
                    .map(value -> "%s AS %s".formatted(value.getValue(), quoted(value.getKey())))
                    .collect(joining(",\n  "))));
  }

  private static String value(AnswerColumn column) {
    String task = literal(column.task());
    return switch (column.content()) {
      case LABEL -> "{database}.row_named(e.classifications, %s).label".formatted(task);
      case SCORE -> "{database}.row_named(e.classifications, %s).score".formatted(task);
      case ANSWER -> "{database}.row_named(e.generations, %s).answer".formatted(task);
      case VALUE -> found(column) + ".`value`";
      case TYPED_VALUE ->
          column.type() == AnswerColumn.Type.STRING
              ? found(column) + ".typedValue"
              : "TRY_CAST(%s.typedValue AS %s)"
                  .formatted(
                      found(column),
                      AnswerTypes.of(column).getLogicalType().asSerializableString());
    };
  }

  private static String found(AnswerColumn column) {
    return "{database}.row_named({database}.row_named(e.extractions, %s).fields, %s)"
        .formatted(literal(column.task()), literal(column.field()));
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
