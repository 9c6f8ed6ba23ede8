package io.flanstream.model.flink.table;

import java.util.Optional;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.Signature;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/** An argument made of strings, in Flink's internal form. */
enum TextsArgument {
  /** What is asked about. */
  TEXT("STRING") {
    @Override
    boolean fits(LogicalType type) {
      return isText(type);
    }
  },
  /** Names, or names with their descriptions. */
  CHOICES("ARRAY<STRING> or MAP<STRING, STRING>") {
    @Override
    boolean fits(LogicalType type) {
      return type.is(LogicalTypeRoot.ARRAY) ? isOfText(type) : OPTIONS.fits(type);
    }
  },
  /** Keys of a task, and their values. */
  OPTIONS("MAP<STRING, STRING>") {
    @Override
    boolean fits(LogicalType type) {
      return type.is(LogicalTypeRoot.MAP) && isOfText(type);
    }
  };

  private final String form;

  TextsArgument(String form) {
    this.form = form;
  }

  abstract boolean fits(LogicalType type);

  /** What the function is given; nothing, or an exception, where it is called with another type. */
  Optional<DataType> infer(CallContext context, int position, boolean throwOnFailure) {
    DataType type = context.getArgumentDataTypes().get(position);
    return fits(type.getLogicalType())
        ? Optional.of(type.toInternal())
        : context.fail(
            throwOnFailure,
            "Argument %s of %s must be %s, got %s",
            position + 1,
            context.getName(),
            form,
            type);
  }

  Signature.Argument expected() {
    return Signature.Argument.of(form);
  }

  private static boolean isText(LogicalType type) {
    return type.is(LogicalTypeFamily.CHARACTER_STRING);
  }

  private static boolean isOfText(LogicalType type) {
    return type.getChildren().stream().allMatch(TextsArgument::isText);
  }
}
