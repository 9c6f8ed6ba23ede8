package io.flanstream.jobs.route;

import io.flanstream.operators.answers.AnswerColumn;
import io.flanstream.operators.answers.AnswerRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.DataType;

/** What the answers of an event are in SQL. */
public final class AnswerTypes {
  private AnswerTypes() {}

  /** The type of a column, which may be null. */
  public static DataType of(AnswerColumn column) {
    return switch (column.type()) {
      case STRING -> DataTypes.STRING();
      case DOUBLE -> DataTypes.DOUBLE();
      case BIGINT -> DataTypes.BIGINT();
      case DECIMAL -> DataTypes.DECIMAL(AnswerColumn.DECIMAL_PRECISION, AnswerColumn.DECIMAL_SCALE);
      case DATE -> DataTypes.DATE();
    };
  }

  /** The types of an event's columns by name: id, event time and the answers. */
  static Map<String, DataType> of(List<AnswerColumn> columns) {
    Map<String, DataType> types = new LinkedHashMap<>();
    types.put(AnswerRecord.ID, DataTypes.STRING());
    types.put(AnswerRecord.EVENT_TIME, DataTypes.TIMESTAMP(3));
    columns.forEach(column -> types.put(column.name(), of(column)));
    return types;
  }
}
