package io.flanstream.jobs.sql;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code utc_time(instant)}: what a clock in UTC shows, whatever the session's time zone is. Public
 * for the code that Flink generates.
 */
public final class UtcTime extends ScalarFunction {
  private static final long serialVersionUID = 1L;

  /** Converts an instant. */
  @DataTypeHint("TIMESTAMP(3) NOT NULL")
  public LocalDateTime eval(@DataTypeHint("TIMESTAMP_LTZ(3) NOT NULL") Instant instant) {
    return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
