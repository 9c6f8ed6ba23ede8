package io.flanstream.model.flink.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;

/** Checks the columns of a model when it is planned. */
final class Columns {
  static final String ERROR_CODE = "error_code";
  static final String ERROR_MESSAGE = "error_message";

  /** A value with its place in the text, in code points, and its probability. */
  static final DataType SPAN =
      DataTypes.ROW(
          DataTypes.FIELD("value", DataTypes.STRING()),
          DataTypes.FIELD("start", DataTypes.INT()),
          DataTypes.FIELD("end", DataTypes.INT()),
          DataTypes.FIELD("score", DataTypes.DOUBLE()));

  private static final Map<String, DataType> ERRORS =
      Map.of(ERROR_CODE, DataTypes.STRING(), ERROR_MESSAGE, DataTypes.STRING());

  private Columns() {}

  /** The input of a model is a text, and what may name its row where there is no answer. */
  static void checkInput(ResolvedSchema schema) {
    List<Column> columns = schema.getColumns();
    boolean text = !columns.isEmpty() && is(columns.get(0), DataTypes.STRING());
    boolean flat =
        columns.stream()
            .allMatch(column -> column.getDataType().getLogicalType().getChildren().isEmpty());
    if (!text || !flat) {
      throw new ValidationException(
          "Cannot create model: INPUT must be one STRING column, and flat columns that name the row,"
              + " got "
              + described(columns));
    }
  }

  /** Whether a column says why a row has no answer; its type is checked. */
  static boolean isError(Column column) {
    DataType type = ERRORS.get(column.getName());
    if (type != null) {
      check(column, type);
    }
    return type != null;
  }

  static void check(Column column, DataType type) {
    if (!is(column, type)) {
      throw new ValidationException(
          "Cannot create model: output column %s must be %s, got %s"
              .formatted(column.getName(), type, column.getDataType()));
    }
  }

  static boolean is(Column column, DataType type) {
    return nullable(column.getDataType()).equals(nullable(type));
  }

  /** Every column must be one of those named, of the type beside it. */
  static void checkAmong(List<Column> columns, Map<String, DataType> allowed) {
    for (Column column : columns) {
      DataType type = allowed.get(column.getName());
      if (type == null) {
        List<String> names = new ArrayList<>();
        allowed.forEach((name, of) -> names.add(name + " " + of));
        throw new ValidationException(
            "Cannot create model: output columns must be among %s, %s and %s, got %s"
                .formatted(
                    String.join(", ", names),
                    ERROR_CODE + " STRING",
                    ERROR_MESSAGE + " STRING",
                    column.getName()));
      }
      check(column, type);
    }
  }

  static String described(List<Column> columns) {
    return columns.stream()
        .map(column -> column.getName() + " " + column.getDataType())
        .toList()
        .toString();
  }

  /**
   * Whether a column may be null is nothing to a model, which gives nulls where it has no answer.
   */
  private static LogicalType nullable(DataType type) {
    return type.getLogicalType().copy(true);
  }
}
