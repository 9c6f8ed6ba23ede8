package io.flanstream.model.flink.table;

import io.flanstream.model.Decoding;
import io.flanstream.model.TextModel;
import io.flanstream.model.task.OverlongPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.data.StringData;

/** The one column of a generation: what the model writes after a prompt. */
final class Generations implements Answers {
  private static final long serialVersionUID = 1L;
  private static final String TEXT = "{text}";

  private final String template;
  private final int maxNewTokens;

  private Generations(String template, int maxNewTokens) {
    this.template = template;
    this.maxNewTokens = maxNewTokens;
  }

  static Answers of(ReadableConfig options, List<Column> columns) {
    if (columns.size() != 1 || !Columns.is(columns.get(0), DataTypes.STRING())) {
      throw new ValidationException(
          "Cannot create model: OUTPUT of a generation must be one STRING column, got "
              + Columns.described(columns));
    }
    String template = options.getOptional(SqlModelOptions.TEMPLATE).orElse(TEXT);
    check(template.contains(TEXT), SqlModelOptions.TEMPLATE.key(), "have {text}", template);
    int maxNewTokens = options.get(SqlModelOptions.MAX_NEW_TOKENS);
    check(maxNewTokens > 0, SqlModelOptions.MAX_NEW_TOKENS.key(), "be at least 1", maxNewTokens);
    check(
        options.get(SqlModelOptions.OVERLONG) == OverlongPolicy.REJECT,
        SqlModelOptions.OVERLONG.key(),
        "be reject for a generation",
        options.get(SqlModelOptions.OVERLONG));
    return new Generations(template, maxNewTokens);
  }

  /** Of a function, whose prompt is whole; an option may say how much is written. */
  static Answers of(AiQuestion question, Map<String, String> options) {
    Map<String, String> rest = new HashMap<>(options);
    String tokens = rest.remove(SqlModelOptions.MAX_NEW_TOKENS.key());
    int most = tokens == null ? SqlModelOptions.MAX_NEW_TOKENS.defaultValue() : number(tokens);
    if (most < 1 || !rest.isEmpty()) {
      throw new ValidationException(
          "Cannot ask %s: options must be %s, a number from 1, got %s"
              .formatted(question, SqlModelOptions.MAX_NEW_TOKENS.key(), options));
    }
    return new Generations(TEXT, most);
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static void check(boolean holds, String key, String rule, Object value) {
    if (!holds) {
      throw new ValidationException(
          "Cannot create model: %s must %s, got %s".formatted(key, rule, value));
    }
  }

  @Override
  public Asking open(TextModel model) {
    Decoding decoding = Decoding.free(maxNewTokens);
    return text ->
        model
            .generate(template.replace(TEXT, text), decoding)
            .thenApply(written -> new Object[] {StringData.fromString(written.text())});
  }
}
