package io.flanstream.operators.answers;

import io.flanstream.schemas.Classification;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Generation;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.function.Function;

/**
 * One answer of an event as a column: a task's label, its score, the value of a field, or what was
 * written. Columns are those of SQL's view {@code answers}, by name and by value.
 *
 * @param name name of the column
 * @param task name of the task
 * @param field name of the field; null for a label, a score or a text
 * @param content what the column has of the answer
 * @param type type of its values
 */
public record AnswerColumn(String name, String task, String field, Content content, Type type)
    implements Serializable {
  /** Digits of a decimal, and how many of them are behind the point. */
  public static final int DECIMAL_PRECISION = 38;

  /** Digits of a decimal behind the point. */
  public static final int DECIMAL_SCALE = 18;

  /** What a column has of an answer. */
  public enum Content {
    /** The label of a classification; of several, the first. */
    LABEL,
    /** The score of a classification. */
    SCORE,
    /** The value of a field as it is in the text; of several, the first. */
    VALUE,
    /** The value of a field in the form of its type. */
    TYPED_VALUE,
    /** The answer of a generation. */
    ANSWER
  }

  /** Types of values. */
  public enum Type {
    /** A text. */
    STRING,
    /** A probability. */
    DOUBLE,
    /** A whole number. */
    BIGINT,
    /** A number. */
    DECIMAL,
    /** A day. */
    DATE
  }

  /**
   * The answer of an event.
   *
   * @param event an enriched event
   * @return a String, Double, Long, BigDecimal or LocalDate; null where there is no answer
   */
  public Object of(EnrichedEvent event) {
    return switch (content) {
      case LABEL -> classification(event).map(Classification::getLabel).orElse(null);
      case SCORE -> classification(event).map(Classification::getScore).orElse(null);
      case VALUE -> extracted(event).map(ExtractedField::getValue).orElse(null);
      case TYPED_VALUE ->
          extracted(event).map(ExtractedField::getTypedValue).map(this::typed).orElse(null);
      case ANSWER -> generation(event).map(Generation::getAnswer).orElse(null);
    };
  }

  private Optional<Classification> classification(EnrichedEvent event) {
    return first(event.getClassifications(), Classification::getTask, task);
  }

  private Optional<Generation> generation(EnrichedEvent event) {
    return event.getGenerations() == null
        ? Optional.empty()
        : first(event.getGenerations(), Generation::getTask, task);
  }

  private Optional<ExtractedField> extracted(EnrichedEvent event) {
    return first(event.getExtractions(), extraction -> extraction.getTask(), task)
        .flatMap(extraction -> first(extraction.getFields(), ExtractedField::getName, field));
  }

  private static <T> Optional<T> first(Iterable<T> among, Function<T, String> named, String name) {
    for (T one : among) {
      if (named.apply(one).equals(name)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /** What SQL's TRY_CAST makes of it: null where the type has no such value. */
  private Object typed(String text) {
    try {
      return switch (type) {
        case STRING -> text;
        case DOUBLE -> Double.valueOf(text);
        case BIGINT -> Long.valueOf(text);
        case DECIMAL -> decimal(new BigDecimal(text));
        case DATE -> LocalDate.parse(text);
      };
    } catch (NumberFormatException | DateTimeException e) {
      return null;
    }
  }

  private static BigDecimal decimal(BigDecimal number) {
    BigDecimal scaled = number.setScale(DECIMAL_SCALE, RoundingMode.HALF_UP);
    return scaled.precision() <= DECIMAL_PRECISION ? scaled : null;
  }
}
