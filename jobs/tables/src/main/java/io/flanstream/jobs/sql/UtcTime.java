package io.flanstream.jobs.sql;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.types.inference.InputTypeStrategies;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.inference.TypeStrategies;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/**
 * {@code utc_time(instant)}: what a clock in UTC shows, whatever the session's time zone is; null
 * for null. Public for the code that Flink generates.
 */
public final class UtcTime extends ScalarFunction {
  private static final long serialVersionUID = 1L;

  @Override
  public TypeInference getTypeInference(DataTypeFactory factory) {
    return TypeInference.newBuilder()
        .inputTypeStrategy(
            InputTypeStrategies.sequence(
                InputTypeStrategies.logical(LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE)))
        .outputTypeStrategy(
            TypeStrategies.nullableIfArgs(
                TypeStrategies.explicit(DataTypes.TIMESTAMP(3).notNull())))
        .build();
  }

  /** Converts an instant. */
  public LocalDateTime eval(Instant instant) {
    return instant == null ? null : LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
