package io.flanstream.jobs.sql;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.table.expressions.CallExpression;
import org.apache.flink.table.expressions.FieldReferenceExpression;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.functions.BuiltInFunctionDefinitions;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * The timestamp of a Kafka record, and what a condition on it lets through.
 *
 * @param field index of its column
 * @param zone of the local times that it is compared with
 */
record RecordTime(int field, ZoneId zone) {
  static final String COLUMN = "record_time";

  /** What Kafka's table connector calls it. */
  static final String METADATA = "timestamp";

  private static final int MILLIS = 3;

  /**
   * The time, in milliseconds since 1970, before which no record fulfils a condition; nothing where
   * the condition does not say, or where it is a time that Kafka takes for something else.
   */
  OptionalLong earliest(ResolvedExpression condition) {
    if (!(condition instanceof CallExpression call)) {
      return OptionalLong.empty();
    }
    List<ResolvedExpression> operands = call.getResolvedChildren();
    FunctionDefinition function = call.getFunctionDefinition();
    if (function == BuiltInFunctionDefinitions.AND) {
      return operands.stream().map(this::earliest).reduce(RecordTime::later).orElseThrow();
    }
    if (function == BuiltInFunctionDefinitions.OR) {
      return operands.stream().map(this::earliest).reduce(RecordTime::earlier).orElseThrow();
    }
    if (function == BuiltInFunctionDefinitions.GREATER_THAN
        || function == BuiltInFunctionDefinitions.GREATER_THAN_OR_EQUAL) {
      return bound(operands.get(0), operands.get(1));
    }
    if (function == BuiltInFunctionDefinitions.LESS_THAN
        || function == BuiltInFunctionDefinitions.LESS_THAN_OR_EQUAL) {
      return bound(operands.get(1), operands.get(0));
    }
    if (function == BuiltInFunctionDefinitions.EQUALS) {
      return later(
          bound(operands.get(0), operands.get(1)), bound(operands.get(1), operands.get(0)));
    }
    return OptionalLong.empty();
  }

  /** Of two bounds that both hold, the one that says more. */
  static OptionalLong later(OptionalLong one, OptionalLong other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.isPresent() ? one : other;
    }
    return one.getAsLong() > other.getAsLong() ? one : other;
  }

  private static OptionalLong earlier(OptionalLong one, OptionalLong other) {
    if (one.isEmpty() || other.isEmpty()) {
      return OptionalLong.empty();
    }
    return one.getAsLong() < other.getAsLong() ? one : other;
  }

  private OptionalLong bound(ResolvedExpression time, ResolvedExpression literal) {
    if (!(literal instanceof ValueLiteralExpression value)) {
      return OptionalLong.empty();
    }
    boolean local = isOf(value, LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE);
    if (!isRecordTime(time, local)) {
      return OptionalLong.empty();
    }
    Optional<Instant> instant =
        local
            ? value.getValueAs(LocalDateTime.class).map(this::earliest)
            : value.getValueAs(Instant.class);
    return instant.filter(Instant.EPOCH::isBefore).isPresent()
        ? OptionalLong.of(instant.get().toEpochMilli())
        : OptionalLong.empty();
  }

  /** Before which no clock of the zone shows a local time, or a later one. */
  private Instant earliest(LocalDateTime local) {
    ZoneRules rules = zone.getRules();
    ZoneOffsetTransition change = rules.getTransition(local);
    if (change == null) {
      return local.toInstant(rules.getOffset(local));
    }
    return local.toInstant(change.isGap() ? change.getOffsetAfter() : change.getOffsetBefore());
  }

  /** The time itself, or as a type that it loses nothing in, a local one among them or not. */
  private boolean isRecordTime(ResolvedExpression expression, boolean local) {
    if (expression instanceof CallExpression call
        && call.getFunctionDefinition() == BuiltInFunctionDefinitions.CAST) {
      LogicalType type = call.getOutputDataType().getLogicalType();
      boolean keeps =
          isOf(call, LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE)
              || (local && isOf(call, LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE));
      return keeps
          && LogicalTypeChecks.getPrecision(type) >= MILLIS
          && isRecordTime(call.getResolvedChildren().get(0), local);
    }
    return expression instanceof FieldReferenceExpression reference
        && reference.getFieldIndex() == field;
  }

  private static boolean isOf(ResolvedExpression expression, LogicalTypeRoot root) {
    return expression.getOutputDataType().getLogicalType().is(root);
  }
}
