package io.flanstream.jobs.route;

import io.flanstream.model.task.NearestName;
import io.flanstream.operators.answers.AnswerColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.TableException;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.api.internal.TableEnvironmentInternal;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.runtime.operators.CodeGenOperatorFactory;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.Row;

/** Conditions over the answers, as Flink's planner reads them. */
public final class RouteQuery {
  /** Calcite writes numbers in the digits of the default locale. */
  private static final Pattern PLACE = Pattern.compile("line (\\p{Nd}+), column (\\p{Nd}+)");

  private static final Pattern UNKNOWN = Pattern.compile("(?:Unknown identifier|Column) '([^']+)'");
  private static final String ANSWERS = "answers";
  private static final String NOT_COLUMNS_ALONE =
      "must be a condition over the columns of an event alone";

  private final List<AnswerColumn> columns;
  private final StreamTableEnvironment tables;

  /** Conditions over id, event time and these columns. */
  public RouteQuery(List<AnswerColumn> columns) {
    this.columns = List.copyOf(columns);
    StreamExecutionEnvironment planning =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    tables = StreamTableEnvironment.create(planning);
    Map<String, DataType> types = AnswerTypes.of(columns);
    Schema.Builder schema = Schema.newBuilder();
    types.forEach(schema::column);
    tables.createTemporaryView(
        ANSWERS,
        planning.fromData(
            Types.ROW_NAMED(
                types.keySet().toArray(String[]::new),
                types.values().stream()
                    .map(type -> TypeInformation.of(type.getConversionClass()))
                    .toArray(TypeInformation[]::new)),
            Row.withPositions(types.size())),
        schema.build());
  }

  /** What rule a condition breaks; none where it can be used. */
  public Optional<String> violation(String when) {
    LogicalType type;
    try {
      type = parsed(when).getOutputDataType().getLogicalType();
    } catch (ValidationException e) {
      return Optional.of(rule(e));
    }
    if (!type.is(LogicalTypeRoot.BOOLEAN)) {
      return Optional.of(
          "must be true or false for an event, which %s is not".formatted(type.asSummaryString()));
    }
    try {
      CodeGenOperatorFactory<RowData> unusedAsItOnlyHasToBeThere =
          compiled(List.of(new Route(when, "")));
      return Optional.empty();
    } catch (ValidationException | TableException e) {
      return Optional.of(NOT_COLUMNS_ALONE);
    }
  }

  /** The operator that runs conditions: 0 where a record fulfils none, else the first, from 1. */
  RouteOperatorFactory operator(List<Route> routes) {
    return new RouteOperatorFactory(compiled(routes), columns);
  }

  private ResolvedExpression parsed(String when) {
    DataTypes.Field[] fields =
        AnswerTypes.of(columns).entrySet().stream()
            .map(column -> DataTypes.FIELD(column.getKey(), column.getValue()))
            .toArray(DataTypes.Field[]::new);
    RowType row = (RowType) DataTypes.ROW(fields).getLogicalType();
    return ((TableEnvironmentInternal) tables).getParser().parseSqlExpression(when, row, null);
  }

  /** What was read is written out again, so that a condition cannot be more than an expression. */
  @SuppressWarnings("unchecked")
  private CodeGenOperatorFactory<RowData> compiled(List<Route> routes) {
    StringBuilder first = new StringBuilder("SELECT CASE");
    for (int i = 0; i < routes.size(); i++) {
      first.append(
          " WHEN (%s) THEN %s"
              .formatted(parsed(routes.get(i).when()).asSerializableString(), i + 1));
    }
    first.append(" ELSE 0 END AS `route` FROM ").append(ANSWERS);
    List<CodeGenOperatorFactory<?>> generated = new ArrayList<>();
    List<Transformation<?>> steps = new ArrayList<>();
    steps.add(tables.toDataStream(tables.sqlQuery(first.toString())).getTransformation());
    for (int i = 0; i < steps.size(); i++) {
      steps.addAll(steps.get(i).getInputs());
      if (steps.get(i) instanceof OneInputTransformation<?, ?> step
          && step.getOperatorFactory() instanceof CodeGenOperatorFactory<?> factory) {
        generated.add(factory);
      }
    }
    if (generated.size() != 1) {
      throw new ValidationException(NOT_COLUMNS_ALONE);
    }
    return (CodeGenOperatorFactory<RowData>) generated.get(0);
  }

  /** What the parser says, in the innermost cause that names a place. */
  private String rule(ValidationException failure) {
    String said = "";
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (PLACE.matcher(message).find()) {
        said = message;
      }
    }
    if (said.isEmpty()) {
      // Nothing but a query inside the condition is refused without a place.
      return NOT_COLUMNS_ALONE;
    }
    Matcher unknown = UNKNOWN.matcher(said);
    return (unknown.find()
            ? unknown(unknown.group(1))
            : "must be a Flink SQL condition: " + firstLine(said))
        + place(said);
  }

  private String unknown(String name) {
    Set<String> known = AnswerTypes.of(columns).keySet();
    return "must name columns of the answers, and %s is none%s"
        .formatted(
            name,
            NearestName.of(name, known)
                .map("; did you mean %s?"::formatted)
                .orElse("; they are " + String.join(", ", known)));
  }

  private static String place(String message) {
    Matcher place = PLACE.matcher(message);
    return place.find()
        ? " (line %s, column %s)"
            .formatted(Integer.parseInt(place.group(1)), Integer.parseInt(place.group(2)))
        : "";
  }

  private static String firstLine(String message) {
    return message
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst("^SQL parse failed\\. ", "")
        .replaceFirst(
            "^From line \\p{Nd}+, column \\p{Nd}+ to line \\p{Nd}+, column \\p{Nd}+: ", "")
        .replaceFirst(" at line \\p{Nd}+, column \\p{Nd}+\\.?", "");
  }
}
