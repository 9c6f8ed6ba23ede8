package io.flanstream.model.flink.table;

import io.flanstream.model.flink.table.TaskAnswers.Value;
import io.flanstream.model.task.TaskResults;
import io.flanstream.schemas.Alternative;
import io.flanstream.schemas.Classification;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.DataType;

/** Columns of a classification. */
final class Classifications {
  private static final String LABEL = "label";
  private static final String LABELS = "labels";
  private static final String SCORE = "score";
  private static final String SCORES = "scores";

  private Classifications() {}

  static RowAnswers of(ReadableConfig options, String name, List<Column> columns) {
    Columns.checkAmong(columns, types());
    return new TaskAnswers(
        SqlTasks.classification(options, name),
        options.get(SqlModelOptions.OVERLONG),
        columns.stream().map(column -> value(column.getName())).toList());
  }

  private static Map<String, DataType> types() {
    Map<String, DataType> types = new LinkedHashMap<>();
    types.put(LABEL, DataTypes.STRING());
    types.put(SCORE, DataTypes.DOUBLE());
    types.put(LABELS, DataTypes.ARRAY(DataTypes.STRING()));
    types.put(SCORES, DataTypes.MAP(DataTypes.STRING(), DataTypes.DOUBLE()));
    return types;
  }

  private static Value value(String column) {
    return switch (column) {
      case LABEL -> results -> StringData.fromString(first(results).getLabel());
      case SCORE -> results -> first(results).getScore();
      case LABELS -> Classifications::labels;
      case SCORES -> Classifications::scores;
      default -> throw new IllegalArgumentException(column);
    };
  }

  private static Classification first(TaskResults results) {
    return results.classifications().get(0);
  }

  /** The labels accepted, the best first; none where the model abstained. */
  private static Object labels(TaskResults results) {
    return new GenericArrayData(
        results.classifications().stream()
            .filter(row -> !row.getAbstained())
            .map(row -> (Object) StringData.fromString(row.getLabel()))
            .toArray());
  }

  private static Object scores(TaskResults results) {
    Map<StringData, Double> scores = new HashMap<>();
    for (Alternative alternative : first(results).getAlternatives()) {
      scores.put(StringData.fromString(alternative.getLabel()), alternative.getScore());
    }
    return new GenericMapData(scores);
  }
}
