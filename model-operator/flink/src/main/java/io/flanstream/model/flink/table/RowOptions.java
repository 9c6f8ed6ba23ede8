package io.flanstream.model.flink.table;

import io.flanstream.model.flink.table.SqlModelOptions.ErrorMode;
import io.flanstream.model.task.OverlongPolicy;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.MapData;

/**
 * Options that a function is called with: keys of its task, and what does not belong to the task.
 * An option whose value is null is not given.
 *
 * @param keys keys of the task
 * @param errorMode what happens to the row where it cannot be answered
 * @param overlong what happens to a text that does not fit
 * @param row what the row is called where it cannot be answered
 */
record RowOptions(
    Map<String, String> keys, ErrorMode errorMode, OverlongPolicy overlong, Optional<String> row) {
  private static final String ROW = "row";

  /**
   * Reads the options of a call.
   *
   * @param question which function
   * @param given its options, or null
   * @param usual what holds where they do not say
   * @throws ValidationException if one of them is no such mode or policy
   */
  static RowOptions of(AiQuestion question, MapData given, RowOptions usual) {
    if (given == null) {
      return usual;
    }
    Map<String, String> keys = TextValues.map(given);
    keys.values().removeIf(Objects::isNull);
    Optional<String> row = Optional.ofNullable(keys.remove(ROW));
    Optional<String> mode = Optional.ofNullable(keys.remove(SqlModelOptions.ERROR_MODE.key()));
    Optional<String> overlong = Optional.ofNullable(keys.remove(SqlModelOptions.OVERLONG.key()));
    return new RowOptions(
        keys,
        mode.map(value -> read(question, SqlModelOptions.ERROR_MODE.key(), value, ErrorMode.class))
            .orElse(usual.errorMode),
        overlong
            .map(
                value ->
                    read(question, SqlModelOptions.OVERLONG.key(), value, OverlongPolicy.class))
            .orElse(usual.overlong),
        row);
  }

  /** What holds where a call does not say. */
  static RowOptions usual(ErrorMode errorMode, OverlongPolicy overlong) {
    return new RowOptions(Map.of(), errorMode, overlong, Optional.empty());
  }

  private static <E extends Enum<E>> E read(
      AiQuestion question, String key, String value, Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .filter(one -> one.name().equalsIgnoreCase(value))
        .findFirst()
        .orElseThrow(
            () ->
                new ValidationException(
                    "Cannot ask %s: %s must be one of %s, got %s"
                        .formatted(
                            question,
                            key,
                            Arrays.stream(type.getEnumConstants())
                                .map(one -> one.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", ")),
                            value)));
  }
}
