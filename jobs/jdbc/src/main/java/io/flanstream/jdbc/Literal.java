package io.flanstream.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Values as Flink's SQL writes them; a gateway takes no parameters beside a statement. */
final class Literal {
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);

  private Literal() {}

  /**
   * A value.
   *
   * @throws SQLException if SQL has no literals of its class
   */
  static String of(Object value) throws SQLException {
    if (value == null) {
      return "NULL";
    }
    if (value instanceof String || value instanceof Character) {
      return quoted(value.toString());
    }
    if (value instanceof Boolean) {
      return value.toString().toUpperCase(Locale.ROOT);
    }
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof byte[] bytes) {
      return "X'%s'".formatted(HexFormat.of().withUpperCase().formatHex(bytes));
    }
    if (value instanceof Object[] elements) {
      return array(Arrays.asList(elements));
    }
    return value instanceof List<?> elements ? array(elements) : time(value);
  }

  /** No value, of a type of {@link Types} where the type is known. */
  static String none(int type) {
    return switch (type) {
      case Types.BOOLEAN, Types.BIT -> "CAST(NULL AS BOOLEAN)";
      case Types.TINYINT, Types.SMALLINT, Types.INTEGER -> "CAST(NULL AS INT)";
      case Types.BIGINT -> "CAST(NULL AS BIGINT)";
      case Types.REAL, Types.FLOAT, Types.DOUBLE -> "CAST(NULL AS DOUBLE)";
      case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.NVARCHAR -> "CAST(NULL AS STRING)";
      case Types.DATE -> "CAST(NULL AS DATE)";
      case Types.TIME -> "CAST(NULL AS TIME)";
      case Types.TIMESTAMP -> "CAST(NULL AS TIMESTAMP(9))";
      default -> "NULL";
    };
  }

  private static String number(Number number) throws SQLException {
    if (number instanceof Double || number instanceof Float) {
      return "CAST('%s' AS %s)".formatted(number, number instanceof Float ? "FLOAT" : "DOUBLE");
    }
    if (number instanceof Long value && value == Long.MIN_VALUE) {
      return "CAST('%s' AS BIGINT)".formatted(value);
    }
    boolean known =
        number instanceof BigDecimal
            || number instanceof BigInteger
            || number instanceof Long
            || number instanceof Integer
            || number instanceof Short
            || number instanceof Byte;
    if (!known) {
      throw unsupported(number);
    }
    String digits = new BigDecimal(number.toString()).toPlainString();
    // A minus behind another would begin a comment.
    return digits.startsWith("-") ? "(" + digits + ")" : digits;
  }

  private static String time(Object value) throws SQLException {
    if (value instanceof Date date) {
      return time(date.toLocalDate());
    }
    if (value instanceof LocalDate date) {
      return "DATE '%s'".formatted(date);
    }
    if (value instanceof Time time) {
      return time(time.toLocalTime());
    }
    if (value instanceof LocalTime time) {
      return "TIME '%s'".formatted(TIME.format(time));
    }
    if (value instanceof Timestamp timestamp) {
      return time(timestamp.toLocalDateTime());
    }
    if (value instanceof LocalDateTime time) {
      return "TIMESTAMP '%s %s'".formatted(time.toLocalDate(), TIME.format(time));
    }
    if (value instanceof java.util.Date date) {
      return time(date.toInstant());
    }
    if (value instanceof OffsetDateTime time) {
      return time(time.toInstant());
    }
    if (value instanceof ZonedDateTime time) {
      return time(time.toInstant());
    }
    if (value instanceof Instant instant) {
      return "TO_TIMESTAMP_LTZ(%s, 3)".formatted(instant.toEpochMilli());
    }
    throw unsupported(value);
  }

  private static String array(List<?> elements) throws SQLException {
    List<String> literals = new ArrayList<>();
    for (Object element : elements) {
      literals.add(of(element));
    }
    return "ARRAY[%s]".formatted(String.join(", ", literals));
  }

  static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private static SQLException unsupported(Object value) {
    return new SQLException(
        "Cannot set parameter: its class must be one that SQL has literals of, got "
            + value.getClass().getName(),
        "07006");
  }
}
