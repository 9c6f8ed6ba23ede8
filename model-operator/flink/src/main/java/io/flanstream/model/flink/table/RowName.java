package io.flanstream.model.flink.table;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.data.RowData;

/**
 * What a row is called where it has no answer: its columns behind the text, such as topic,
 * partition and offset, or how its text begins.
 */
final class RowName implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 40;

  private final ArrayList<String> names;
  private final RowData.FieldGetter[] values;

  /**
   * Prepares names.
   *
   * @param input columns of a model's input, the text first
   */
  RowName(List<Column> input) {
    names = input.stream().map(Column::getName).collect(Collectors.toCollection(ArrayList::new));
    values =
        IntStream.range(0, input.size())
            .mapToObj(
                i -> RowData.createFieldGetter(input.get(i).getDataType().getLogicalType(), i))
            .toArray(RowData.FieldGetter[]::new);
  }

  String of(RowData row) {
    return names.size() == 1
        ? beginning(row.getString(0).toString())
        : IntStream.range(1, names.size())
            .mapToObj(i -> names.get(i) + " = " + values[i].getFieldOrNull(row))
            .collect(Collectors.joining(", "));
  }

  /** How a text begins, in one line and in quotes. */
  static String beginning(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    int most = Math.min(LONGEST, line.codePointCount(0, line.length()));
    String begun = line.substring(0, line.offsetByCodePoints(0, most));
    return "\"%s%s\"".formatted(begun.stripTrailing(), begun.length() < line.length() ? " …" : "");
  }
}
