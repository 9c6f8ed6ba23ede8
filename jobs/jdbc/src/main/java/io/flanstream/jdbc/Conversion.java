package io.flanstream.jdbc;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Base64;
import java.util.Map;

/** Values as the types that clients ask for. */
final class Conversion {
  private static final Map<Class<?>, Class<?>> BOXES =
      Map.of(
          boolean.class, Boolean.class,
          byte.class, Byte.class,
          short.class, Short.class,
          int.class, Integer.class,
          long.class, Long.class,
          float.class, Float.class,
          double.class, Double.class);

  private Conversion() {}

  /** What {@code getObject} gives: JDBC's own classes of dates and times. */
  static Object standard(Object value) {
    if (value instanceof LocalDate date) {
      return Date.valueOf(date);
    }
    if (value instanceof LocalTime time) {
      return Time.valueOf(time);
    }
    if (value instanceof LocalDateTime time) {
      return Timestamp.valueOf(time);
    }
    return value instanceof ZonedDateTime time ? Timestamp.from(time.toInstant()) : value;
  }

  /**
   * A value as a type.
   *
   * @throws SQLException if it cannot be
   */
  static <T> T to(Object value, Class<T> type) throws SQLException {
    if (value == null) {
      return null;
    }
    Class<?> wanted = BOXES.getOrDefault(type, type);
    Object converted;
    try {
      converted = converted(value, wanted);
    } catch (ArithmeticException | DateTimeException | IllegalArgumentException e) {
      throw refusal(value, wanted, e);
    }
    if (converted == null) {
      throw refusal(value, wanted, null);
    }
    @SuppressWarnings("unchecked")
    T result = (T) converted;
    return result;
  }

  private static SQLException refusal(Object value, Class<?> wanted, Exception cause) {
    return new SQLException(
        "Cannot read value: it must be %s, got %s".formatted(wanted.getSimpleName(), text(value)),
        "22018",
        cause);
  }

  private static Object converted(Object value, Class<?> wanted) {
    if (wanted == String.class) {
      return text(value);
    }
    if (wanted == Object.class) {
      return standard(value);
    }
    if (wanted == Boolean.class) {
      return bool(value);
    }
    if (Number.class.isAssignableFrom(wanted)) {
      return number(value, wanted);
    }
    Object time = time(value, wanted);
    if (time != null) {
      return time;
    }
    return wanted.isInstance(value) ? value : null;
  }

  private static Boolean bool(Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    return value instanceof Number number
        ? Boolean.valueOf(number.doubleValue() != 0)
        : parsed(value);
  }

  private static Boolean parsed(Object value) {
    return switch (String.valueOf(value)) {
      case "true", "TRUE", "1" -> true;
      case "false", "FALSE", "0" -> false;
      default -> null;
    };
  }

  private static Object number(Object value, Class<?> wanted) {
    if (value instanceof Double || value instanceof Float) {
      double exact = ((Number) value).doubleValue();
      if (wanted == Double.class) {
        return value instanceof Float ? Double.valueOf(value.toString()) : exact;
      }
      if (wanted == Float.class) {
        return (float) exact;
      }
    }
    if (!(value instanceof Number || value instanceof String || value instanceof Boolean)) {
      return null;
    }
    BigDecimal decimal =
        value instanceof Boolean truth
            ? BigDecimal.valueOf(truth ? 1 : 0)
            : new BigDecimal(value.toString().strip());
    if (wanted == BigDecimal.class) {
      return decimal;
    }
    if (wanted == Double.class) {
      return decimal.doubleValue();
    }
    if (wanted == Float.class) {
      return decimal.floatValue();
    }
    BigDecimal whole = decimal.setScale(0, RoundingMode.DOWN);
    return switch (wanted.getSimpleName()) {
      case "Byte" -> whole.byteValueExact();
      case "Short" -> whole.shortValueExact();
      case "Integer" -> whole.intValueExact();
      case "Long" -> whole.longValueExact();
      case "BigInteger" -> whole.toBigIntegerExact();
      default -> null;
    };
  }

  private static Object time(Object value, Class<?> wanted) {
    LocalDateTime local = local(value);
    if (wanted == Instant.class
        || wanted == OffsetDateTime.class
        || wanted == ZonedDateTime.class) {
      return value instanceof ZonedDateTime zoned ? instant(zoned, wanted) : null;
    }
    if (wanted == LocalTime.class || wanted == Time.class) {
      LocalTime time =
          value instanceof LocalTime only ? only : local == null ? null : local.toLocalTime();
      return time == null || wanted == LocalTime.class ? time : Time.valueOf(time);
    }
    if (local == null) {
      return null;
    }
    if (wanted == LocalDate.class) {
      return local.toLocalDate();
    }
    if (wanted == Date.class) {
      return Date.valueOf(local.toLocalDate());
    }
    if (wanted == LocalDateTime.class) {
      return local;
    }
    boolean instant = value instanceof ZonedDateTime;
    return wanted == Timestamp.class || wanted == java.util.Date.class
        ? instant ? standard(value) : Timestamp.valueOf(local)
        : null;
  }

  private static Object instant(ZonedDateTime value, Class<?> wanted) {
    if (wanted == Instant.class) {
      return value.toInstant();
    }
    return wanted == OffsetDateTime.class ? value.toOffsetDateTime() : value;
  }

  private static LocalDateTime local(Object value) {
    if (value instanceof LocalDate date) {
      return date.atStartOfDay();
    }
    if (value instanceof ZonedDateTime time) {
      return time.toLocalDateTime();
    }
    if (value instanceof LocalDateTime time) {
      return time;
    }
    if (value instanceof String text && text.length() >= 10) {
      String iso = text.strip().replace(' ', 'T');
      return iso.length() == 10 ? LocalDate.parse(iso).atStartOfDay() : LocalDateTime.parse(iso);
    }
    return null;
  }

  /** Times without a T, as SQL writes them; arrays and rows as JSON. */
  static String text(Object value) {
    if (value instanceof LocalDateTime time) {
      return Timestamp.valueOf(time).toString();
    }
    if (value instanceof ZonedDateTime time) {
      return Timestamp.valueOf(time.toLocalDateTime()).toString();
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    return value instanceof byte[] bytes
        ? Base64.getEncoder().encodeToString(bytes)
        : String.valueOf(value);
  }
}
