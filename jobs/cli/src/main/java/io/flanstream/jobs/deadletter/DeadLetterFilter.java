package io.flanstream.jobs.deadletter;

import io.flanstream.jobs.pipeline.Pipeline;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Conditions on dead letters, as a person writes them. */
public final class DeadLetterFilter {
  private static final Pattern CONDITION = Pattern.compile("(?s)\\s*(\\w+)\\s*(!?=|<|>=)(.*)");
  private static final String TIME = "time";

  private final Map<String, Function<StoredDeadLetter, String>> fields;

  private DeadLetterFilter(Function<StoredDeadLetter, String> eventId) {
    this.fields = fields(eventId);
  }

  /**
   * Reads conditions, all of which must hold.
   *
   * @param conditions such as {@code stage=MODEL}, {@code code!=INVALID_JSON,INVALID_UTF8} or
   *     {@code time>=2026-01-31T00:00:00Z}
   * @param pipeline whose dead letters they are
   * @return the filter
   * @throws IllegalArgumentException if one cannot be read
   */
  public static Predicate<StoredDeadLetter> parse(List<String> conditions, Pipeline pipeline) {
    return parse(conditions, new EventIds(pipeline));
  }

  static Predicate<StoredDeadLetter> parse(
      List<String> conditions, Function<StoredDeadLetter, String> eventId) {
    DeadLetterFilter filter = new DeadLetterFilter(eventId);
    return conditions.stream().map(filter::parse).reduce(letter -> true, Predicate::and);
  }

  private Predicate<StoredDeadLetter> parse(String condition) {
    Matcher matcher = CONDITION.matcher(condition);
    if (!matcher.matches()) {
      throw refused(condition);
    }
    String field = matcher.group(1);
    String operator = matcher.group(2);
    String value = matcher.group(3).strip();
    if (field.equals(TIME)) {
      return time(condition, operator, value);
    }
    if (!fields.containsKey(field) || !operator.endsWith("=") || operator.equals(">=")) {
      throw refused(condition);
    }
    Set<String> values = Set.of(value.split(",", -1));
    Predicate<StoredDeadLetter> isOne = letter -> values.contains(fields.get(field).apply(letter));
    return operator.equals("=") ? isOne : isOne.negate();
  }

  private Predicate<StoredDeadLetter> time(String condition, String operator, String value) {
    Instant bound;
    try {
      bound = OffsetDateTime.parse(value).toInstant();
    } catch (DateTimeException e) {
      throw refused(condition);
    }
    return switch (operator) {
      case "<" -> letter -> letter.time().isBefore(bound);
      case ">=" -> letter -> !letter.time().isBefore(bound);
      default -> throw refused(condition);
    };
  }

  private IllegalArgumentException refused(String condition) {
    return new IllegalArgumentException(
        "Cannot choose dead letters: a condition must be one of %s with = or !=, and values joined by commas, or time with < or >= and a time such as 2026-01-31T00:00:00Z, got %s"
            .formatted(String.join(", ", fields.keySet()), condition));
  }

  private static Map<String, Function<StoredDeadLetter, String>> fields(
      Function<StoredDeadLetter, String> eventId) {
    Map<String, Function<StoredDeadLetter, String>> fields = new LinkedHashMap<>();
    fields.put("id", StoredDeadLetter::id);
    fields.put("event", eventId);
    fields.put("key", StoredDeadLetter::key);
    fields.put("stage", letter -> letter.letter().getStage());
    fields.put("code", letter -> letter.letter().getCode());
    fields.put("partition", letter -> "" + letter.letter().getSource().getPartition());
    fields.put("attempts", letter -> "" + letter.letter().getAttempts());
    return fields;
  }
}
