package io.flanstream.model.flink.table;

import java.util.Optional;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.InputTypeStrategies;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.types.Row;

/**
 * {@code row_named(rows, name)}: the first row of an array whose first field is a name, such as the
 * answer of a task among those of an event; null where there is none.
 */
public final class RowNamed extends ScalarFunction {
  private static final long serialVersionUID = 1L;

  @Override
  public TypeInference getTypeInference(DataTypeFactory factory) {
    return TypeInference.newBuilder()
        .inputTypeStrategy(
            InputTypeStrategies.sequence(
                InputTypeStrategies.logical(LogicalTypeRoot.ARRAY),
                InputTypeStrategies.explicit(DataTypes.STRING())))
        .outputTypeStrategy(RowNamed::element)
        .build();
  }

  /**
   * Finds the row.
   *
   * @param rows rows whose first field is a name, or null
   * @param name the name
   * @return the first that has it, or null
   */
  public Row eval(Row[] rows, String name) {
    for (int i = 0; rows != null && i < rows.length; i++) {
      if (rows[i].getField(0).equals(name)) {
        return rows[i];
      }
    }
    return null;
  }

  private static Optional<DataType> element(CallContext call) {
    return Optional.of(call.getArgumentDataTypes().get(0).getChildren().get(0).nullable());
  }
}
