package io.flanstream.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Array;
import java.sql.Struct;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values of SQL, as a gateway writes them in JSON. */
final class SqlValue {

  private SqlValue() {}

  /**
   * The value: a number, a text, bytes, a date or time of {@code java.time}, an {@link Array}, a
   * {@link Struct} or a map.
   *
   * @param zone the session's: a gateway writes instants as its clocks show them
   */
  static Object of(SqlType type, JsonNode json, ZoneId zone) {
    if (json.isNull() || json.isMissingNode()) {
      return null;
    }
    return switch (type.name()) {
      case "BOOLEAN" -> json.booleanValue();
      case "TINYINT", "SMALLINT", "INTEGER" -> json.intValue();
      case "BIGINT" -> json.longValue();
      case "FLOAT" ->
          json.isTextual() ? Float.valueOf(json.asText()) : Float.valueOf(json.floatValue());
      case "DOUBLE" ->
          json.isTextual() ? Double.valueOf(json.asText()) : Double.valueOf(json.doubleValue());
      case "DECIMAL" ->
          new BigDecimal(json.asText()).setScale(type.scale(), RoundingMode.UNNECESSARY);
      case "BINARY", "VARBINARY" -> bytes(json);
      case "DATE" -> LocalDate.parse(json.asText());
      case "TIME_WITHOUT_TIME_ZONE" -> LocalTime.parse(json.asText());
      case "TIMESTAMP_WITHOUT_TIME_ZONE" -> LocalDateTime.parse(json.asText());
      case "TIMESTAMP_WITH_LOCAL_TIME_ZONE" ->
          LocalDateTime.parse(json.asText().replace("Z", "")).atZone(zone);
      case "INTERVAL_DAY_TIME" -> Duration.ofMillis(json.longValue());
      case "INTERVAL_YEAR_MONTH" -> Period.ofMonths(json.intValue()).normalized();
      case "ARRAY" -> array(type.children().get(0), json, zone);
      case "ROW" -> struct(type, json, zone);
      case "MAP" -> map(type.children().get(1), json, zone);
      default -> json.isValueNode() ? json.asText() : json.toString();
    };
  }

  private static byte[] bytes(JsonNode json) {
    try {
      return json.binaryValue();
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read bytes: they must be base64, got " + json, e);
    }
  }

  private static Array array(SqlType elements, JsonNode json, ZoneId zone) {
    List<Object> values = new ArrayList<>();
    json.forEach(element -> values.add(of(elements, element, zone)));
    return Delegate.of(Array.class, new SqlArray(elements, values, json.toString()));
  }

  private static Struct struct(SqlType type, JsonNode json, ZoneId zone) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < type.fields().size(); i++) {
      values.add(of(type.children().get(i), json.path(type.fields().get(i)), zone));
    }
    return Delegate.of(Struct.class, new SqlStruct(type, values, json.toString()));
  }

  private static Map<String, Object> map(SqlType values, JsonNode json, ZoneId zone) {
    Map<String, Object> map = new LinkedHashMap<>();
    json.properties()
        .forEach(
            entry ->
                map.put(entry.getKey(), Conversion.standard(of(values, entry.getValue(), zone))));
    return new SqlMap(map, json.toString());
  }
}
