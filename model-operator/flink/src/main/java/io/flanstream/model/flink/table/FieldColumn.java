package io.flanstream.model.flink.table;

import io.flanstream.model.task.Field;
import io.flanstream.schemas.ExtractedField;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.VarCharType;

/** What a column of an extraction holds: the text as it stands, a number, a day. */
enum FieldColumn {
  /** Text as it stands in the source, of a field of any type. */
  STRING(
      LogicalTypeRoot.VARCHAR,
      EnumSet.allOf(Field.Type.class),
      (value, type) -> StringData.fromString(value)),
  INT(
      LogicalTypeRoot.INTEGER,
      EnumSet.of(Field.Type.INTEGER),
      (value, type) -> new BigDecimal(value).intValueExact()),
  BIGINT(
      LogicalTypeRoot.BIGINT,
      EnumSet.of(Field.Type.INTEGER),
      (value, type) -> new BigDecimal(value).longValueExact()),
  DECIMAL(
      LogicalTypeRoot.DECIMAL,
      EnumSet.of(Field.Type.DECIMAL, Field.Type.INTEGER),
      (value, type) -> {
        DecimalType decimal = (DecimalType) type;
        return DecimalData.fromBigDecimal(
            new BigDecimal(value), decimal.getPrecision(), decimal.getScale());
      }),
  DOUBLE(
      LogicalTypeRoot.DOUBLE,
      EnumSet.of(Field.Type.DECIMAL, Field.Type.INTEGER),
      (value, type) -> Double.valueOf(value)),
  DATE(
      LogicalTypeRoot.DATE,
      EnumSet.of(Field.Type.DATE),
      (value, type) -> Math.toIntExact(LocalDate.parse(value).toEpochDay()));

  /** Reads a value into Flink's internal form. */
  private interface Reader {
    Object read(String value, LogicalType type);
  }

  private final LogicalTypeRoot root;
  private final Set<Field.Type> fields;
  private final Reader reader;

  FieldColumn(LogicalTypeRoot root, Set<Field.Type> fields, Reader reader) {
    this.root = root;
    this.fields = fields;
    this.reader = reader;
  }

  /** Columns of a type; none where no field has such. */
  static Optional<FieldColumn> of(LogicalType type) {
    return Arrays.stream(values())
        .filter(column -> type.is(column.root))
        .filter(
            column ->
                column != STRING || type.copy(true).equals(new VarCharType(VarCharType.MAX_LENGTH)))
        .findFirst();
  }

  /** Whether a field of a type may have such a column. */
  boolean fits(Field.Type field) {
    return fields.contains(field);
  }

  /** Type of a field of which no more is known than its column. */
  Field.Type field() {
    return switch (this) {
      case STRING -> Field.Type.TEXT;
      case INT, BIGINT -> Field.Type.INTEGER;
      case DECIMAL, DOUBLE -> Field.Type.DECIMAL;
      case DATE -> Field.Type.DATE;
    };
  }

  /** A field's value; null where it is not of its type, or does not fit in the column. */
  Object value(ExtractedField field, LogicalType type) {
    String value = this == STRING ? field.getValue() : field.getTypedValue();
    try {
      return value == null ? null : reader.read(value, type);
    } catch (ArithmeticException e) {
      return null;
    }
  }
}
