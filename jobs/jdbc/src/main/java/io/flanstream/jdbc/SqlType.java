package io.flanstream.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The type of a value.
 *
 * @param name Flink's name of its kind, such as {@code VARCHAR}
 * @param nullable whether there may be no value
 * @param precision digits or length; 0 where the type has none
 * @param scale digits after the point
 * @param fields of a row: its fields' names
 * @param children of an array its elements' type, of a map its keys' and values', of a row its
 *     fields'
 */
record SqlType(
    String name,
    boolean nullable,
    int precision,
    int scale,
    List<String> fields,
    List<SqlType> children) {
  static final SqlType STRING = of("VARCHAR", Integer.MAX_VALUE);
  static final SqlType INT = of("INTEGER", 0);
  static final SqlType BOOLEAN = of("BOOLEAN", 0);

  private static final Pattern DECLARED =
      Pattern.compile("([A-Z_]+)(?:\\((\\d+)(?:, *(\\d+))?\\))?.*", Pattern.DOTALL);

  private static SqlType of(String name, int precision) {
    return new SqlType(name, true, precision, 0, List.of(), List.of());
  }

  /** As a gateway describes it beside its results. */
  static SqlType of(JsonNode json) {
    List<String> fields = new ArrayList<>();
    List<SqlType> children = new ArrayList<>();
    for (JsonNode field : json.path("fields")) {
      fields.add(field.path("name").asText());
      children.add(of(field.path("fieldType")));
    }
    for (String child : List.of("elementType", "keyType", "valueType")) {
      if (json.has(child)) {
        children.add(of(json.get(child)));
      }
    }
    return new SqlType(
        json.path("type").asText(),
        json.path("nullable").asBoolean(true),
        json.path(json.has("length") ? "length" : "precision").asInt(),
        json.path("scale").asInt(),
        List.copyOf(fields),
        List.copyOf(children));
  }

  /** As {@code DESCRIBE} writes it; what is nested in it is left out. */
  static SqlType declared(String text, boolean nullable) {
    Matcher matcher = DECLARED.matcher(text);
    String word = matcher.matches() ? matcher.group(1) : "OTHER";
    int precision =
        matcher.matches() && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : 0;
    int scale =
        matcher.matches() && matcher.group(3) != null ? Integer.parseInt(matcher.group(3)) : 0;
    String name =
        switch (word) {
          case "STRING" -> "VARCHAR";
          case "BYTES" -> "VARBINARY";
          case "INT" -> "INTEGER";
          case "TIME" -> "TIME_WITHOUT_TIME_ZONE";
          case "TIMESTAMP" -> "TIMESTAMP_WITHOUT_TIME_ZONE";
          case "TIMESTAMP_LTZ" -> "TIMESTAMP_WITH_LOCAL_TIME_ZONE";
          default -> word;
        };
    boolean endless = word.equals("STRING") || word.equals("BYTES");
    return new SqlType(
        name, nullable, endless ? Integer.MAX_VALUE : precision, scale, List.of(), List.of());
  }

  /** One of {@link Types}. */
  int jdbcType() {
    return switch (name) {
      case "BOOLEAN" -> Types.BOOLEAN;
      case "TINYINT" -> Types.TINYINT;
      case "SMALLINT" -> Types.SMALLINT;
      case "INTEGER" -> Types.INTEGER;
      case "BIGINT" -> Types.BIGINT;
      case "FLOAT" -> Types.REAL;
      case "DOUBLE" -> Types.DOUBLE;
      case "DECIMAL" -> Types.DECIMAL;
      case "CHAR" -> Types.CHAR;
      case "VARCHAR" -> Types.VARCHAR;
      case "BINARY" -> Types.BINARY;
      case "VARBINARY" -> Types.VARBINARY;
      case "DATE" -> Types.DATE;
      case "TIME_WITHOUT_TIME_ZONE" -> Types.TIME;
      case "TIMESTAMP_WITHOUT_TIME_ZONE", "TIMESTAMP_WITH_LOCAL_TIME_ZONE" -> Types.TIMESTAMP;
      case "ARRAY" -> Types.ARRAY;
      case "ROW" -> Types.STRUCT;
      case "MAP" -> Types.JAVA_OBJECT;
      case "NULL" -> Types.NULL;
      default -> Types.OTHER;
    };
  }

  /** The class of what {@code getObject} gives. */
  Class<?> javaClass() {
    return switch (jdbcType()) {
      case Types.BOOLEAN -> Boolean.class;
      case Types.TINYINT, Types.SMALLINT, Types.INTEGER -> Integer.class;
      case Types.BIGINT -> Long.class;
      case Types.REAL -> Float.class;
      case Types.DOUBLE -> Double.class;
      case Types.DECIMAL -> java.math.BigDecimal.class;
      case Types.BINARY, Types.VARBINARY -> byte[].class;
      case Types.DATE -> java.sql.Date.class;
      case Types.TIME -> java.sql.Time.class;
      case Types.TIMESTAMP -> java.sql.Timestamp.class;
      case Types.ARRAY -> java.sql.Array.class;
      case Types.STRUCT -> java.sql.Struct.class;
      case Types.JAVA_OBJECT -> java.util.Map.class;
      case Types.CHAR, Types.VARCHAR -> String.class;
      default -> Object.class;
    };
  }

  boolean isNumber() {
    return switch (jdbcType()) {
      case Types.TINYINT,
          Types.SMALLINT,
          Types.INTEGER,
          Types.BIGINT,
          Types.REAL,
          Types.DOUBLE,
          Types.DECIMAL ->
          true;
      default -> false;
    };
  }

  /** As SQL writes it. */
  String sql() {
    return switch (name) {
      case "INTEGER" -> "INT";
      case "VARCHAR" ->
          precision == Integer.MAX_VALUE ? "STRING" : "VARCHAR(%s)".formatted(precision);
      case "VARBINARY" ->
          precision == Integer.MAX_VALUE ? "BYTES" : "VARBINARY(%s)".formatted(precision);
      case "CHAR", "BINARY" -> "%s(%s)".formatted(name, precision);
      case "DECIMAL" -> "DECIMAL(%s, %s)".formatted(precision, scale);
      case "TIME_WITHOUT_TIME_ZONE" -> "TIME(%s)".formatted(precision);
      case "TIMESTAMP_WITHOUT_TIME_ZONE" -> "TIMESTAMP(%s)".formatted(precision);
      case "TIMESTAMP_WITH_LOCAL_TIME_ZONE" -> "TIMESTAMP_LTZ(%s)".formatted(precision);
      case "ARRAY", "MAP", "MULTISET" ->
          "%s<%s>".formatted(name, String.join(", ", children.stream().map(SqlType::sql).toList()));
      case "ROW" -> row();
      default -> name.toUpperCase(Locale.ROOT);
    };
  }

  private String row() {
    List<String> declared = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      declared.add("`%s` %s".formatted(fields.get(i), children.get(i).sql()));
    }
    return "ROW<%s>".formatted(String.join(", ", declared));
  }
}
