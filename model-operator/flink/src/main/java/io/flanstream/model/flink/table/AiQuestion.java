package io.flanstream.model.flink.table;

import io.flanstream.model.flink.table.SqlModelOptions.TaskType;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskResults;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.inference.TypeStrategies;

/** What the functions of the module ask; each is named as its function. */
enum AiQuestion {
  /** The labels that are accepted, the best first; none where the model abstains. */
  AI_CLASSIFY(
      DataTypes.ARRAY(
          DataTypes.ROW(
              DataTypes.FIELD("label", DataTypes.STRING()),
              DataTypes.FIELD("score", DataTypes.DOUBLE())))) {
    @Override
    RowAnswers answers(Object labels, Map<String, String> options, OverlongPolicy overlong) {
      return new TaskAnswers(
          SqlTasks.of(this, TaskType.CLASSIFICATION, SqlModelOptions.LABELS.key(), labels, options),
          overlong,
          List.of(AiQuestion::labels));
    }
  },
  /** The values of every field; none where the text does not say. */
  AI_EXTRACT(DataTypes.MAP(DataTypes.STRING(), DataTypes.ARRAY(Columns.SPAN))) {
    @Override
    RowAnswers answers(Object fields, Map<String, String> options, OverlongPolicy overlong) {
      return new TaskAnswers(
          SqlTasks.of(this, TaskType.EXTRACTION, SqlModelOptions.FIELDS.key(), fields, options),
          overlong,
          List.of(AiQuestion::values));
    }
  },
  /** The text with placeholders for the values of fields, and for values of checked forms. */
  AI_MASK(DataTypes.STRING()) {
    @Override
    boolean takesChoices() {
      return false;
    }

    @Override
    RowAnswers answers(Object none, Map<String, String> options, OverlongPolicy overlong) {
      return new MaskedTexts(SqlTasks.masking(this, options), overlong);
    }
  },
  /** What the model writes. */
  AI_GENERATE(DataTypes.STRING()) {
    @Override
    boolean takesChoices() {
      return false;
    }

    @Override
    RowAnswers answers(Object none, Map<String, String> options, OverlongPolicy overlong) {
      return Generations.of(this, options);
    }
  };

  private final DataType answer;

  AiQuestion(DataType answer) {
    this.answer = answer;
  }

  /** Types of the function, or of the one that also says why there is no answer. */
  TypeInference inference(boolean trying) {
    List<TextsArgument> arguments = new ArrayList<>(List.of(TextsArgument.values()));
    if (!takesChoices()) {
      arguments.remove(TextsArgument.CHOICES);
    }
    return TypeInference.newBuilder()
        .inputTypeStrategy(new TextsArguments(arguments))
        .outputTypeStrategy(TypeStrategies.explicit((trying ? tried(answer) : answer).toInternal()))
        .build();
  }

  /** Whether labels or fields follow the text. */
  boolean takesChoices() {
    return true;
  }

  /**
   * Prepares the question.
   *
   * @param choices labels or fields: a list of names, or a map of names to descriptions
   * @param options keys of a task in the pipeline file
   * @param overlong what happens to a text that does not fit
   * @throws org.apache.flink.table.api.ValidationException if these are no task
   */
  abstract RowAnswers answers(Object choices, Map<String, String> options, OverlongPolicy overlong);

  private static DataType tried(DataType answer) {
    return DataTypes.ROW(
        DataTypes.FIELD("answer", answer),
        DataTypes.FIELD(Columns.ERROR_CODE, DataTypes.STRING()),
        DataTypes.FIELD(Columns.ERROR_MESSAGE, DataTypes.STRING()));
  }

  private static Object labels(TaskResults results) {
    return new GenericArrayData(
        results.classifications().stream()
            .filter(row -> !row.getAbstained())
            .map(AiQuestion::label)
            .toArray());
  }

  private static Object label(Classification row) {
    return GenericRowData.of(StringData.fromString(row.getLabel()), row.getScore());
  }

  private static Object values(TaskResults results) {
    Extraction extraction = results.extractions().get(0);
    Map<StringData, GenericArrayData> values = new LinkedHashMap<>();
    extraction
        .getAbsent()
        .forEach(
            name -> values.put(StringData.fromString(name), new GenericArrayData(new Object[0])));
    extraction.getFields().stream()
        .collect(Collectors.groupingBy(ExtractedField::getName))
        .forEach(
            (name, fields) ->
                values.put(
                    StringData.fromString(name),
                    new GenericArrayData(fields.stream().map(Extractions::span).toArray())));
    return new GenericMapData(values);
  }
}
