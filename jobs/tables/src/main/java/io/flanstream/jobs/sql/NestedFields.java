package io.flanstream.jobs.sql;

import java.util.List;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.TypeTransformations;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.utils.DataTypeUtils;

/** Fields of rows, however deep in arrays, maps and rows they lie. */
final class NestedFields {

  private NestedFields() {}

  /**
   * The type, in which everything below the column itself may be null. Flink gives a field the type
   * that its row declares, although the row may be missing: where an array has no such element, or
   * a join no such row. Of a field that is declared NOT NULL it then drops {@code IS NOT NULL}.
   */
  static DataType nullable(DataType type) {
    DataType nullable = DataTypeUtils.transform(type, TypeTransformations.toNullable());
    return type.getLogicalType().isNullable() ? nullable : nullable.notNull();
  }

  /** Whether a type has every field that another has. */
  static boolean hasAll(LogicalType type, LogicalType other) {
    if (type instanceof RowType row && other instanceof RowType otherRow) {
      return otherRow.getFields().stream()
          .allMatch(
              field -> {
                int at = row.getFieldIndex(field.getName());
                return at >= 0 && hasAll(row.getTypeAt(at), field.getType());
              });
    }
    List<LogicalType> children = type.getChildren();
    List<LogicalType> others = other.getChildren();
    if (type.getTypeRoot() != other.getTypeRoot() || children.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < children.size(); i++) {
      if (!hasAll(children.get(i), others.get(i))) {
        return false;
      }
    }
    return true;
  }
}
