package io.flanstream.model.flink.table;

import io.flanstream.model.GenerationConfig;
import io.flanstream.model.flink.GenerationOptions;
import io.flanstream.model.flink.ModelClient;
import io.flanstream.model.task.OverlongPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.data.StringData;

/** The one column of a generation: what the model writes after a prompt. */
final class Generations implements RowAnswers {
  private static final long serialVersionUID = 1L;
  private static final String TEXT = "{text}";

  private final String template;
  private final Map<String, String> options;

  private Generations(String template, Map<String, String> options) {
    this.template = template;
    this.options = options;
  }

  static RowAnswers of(ReadableConfig options, List<Column> columns) {
    if (columns.size() != 1 || !Columns.is(columns.get(0), DataTypes.STRING())) {
      throw new ValidationException(
          "Cannot create model: OUTPUT of a generation must be one STRING column, got "
              + Columns.described(columns));
    }
    String template = options.getOptional(SqlModelOptions.TEMPLATE).orElse(TEXT);
    check(template.contains(TEXT), SqlModelOptions.TEMPLATE.key(), "have {text}", template);
    check(
        options.get(SqlModelOptions.OVERLONG) == OverlongPolicy.REJECT,
        SqlModelOptions.OVERLONG.key(),
        "be reject for a generation",
        options.get(SqlModelOptions.OVERLONG));
    return checked(new Generations(template, decoding(options)));
  }

  /** Of a function, whose prompt is whole; its options say how text is written. */
  static RowAnswers of(AiQuestion question, Map<String, String> options) {
    Set<String> keys = new TreeSet<>();
    SqlModelOptions.of(Set.of(GenerationOptions.class)).forEach(option -> keys.add(option.key()));
    for (String key : options.keySet()) {
      if (!keys.contains(key)) {
        throw new ValidationException(
            "Cannot ask %s: there is no option %s%s; the options are %s"
                .formatted(
                    question, key, UnknownOptions.meant(key, keys), String.join(", ", keys)));
      }
    }
    Map<String, String> given = new HashMap<>(options);
    given.values().removeIf(Objects::isNull);
    return checked(new Generations(TEXT, given));
  }

  /** Options are kept as text, which a job can carry. */
  private static Map<String, String> decoding(ReadableConfig options) {
    Configuration given = new Configuration();
    for (ConfigOption<?> option : SqlModelOptions.of(Set.of(GenerationOptions.class))) {
      options
          .getOptional(option)
          .ifPresent(value -> given.setString(option.key(), value.toString()));
    }
    return given.toMap();
  }

  private static Generations checked(Generations generations) {
    try {
      generations.decoding();
      return generations;
    } catch (IllegalArgumentException e) {
      throw new ValidationException(e.getMessage(), e);
    }
  }

  private GenerationConfig decoding() {
    return GenerationOptions.read(Configuration.fromMap(options));
  }

  private static void check(boolean holds, String key, String rule, Object value) {
    if (!holds) {
      throw new ValidationException(
          "Cannot create model: %s must %s, got %s".formatted(key, rule, value));
    }
  }

  @Override
  public Asking open(ModelClient client) {
    GenerationConfig decoding = decoding();
    return text ->
        client
            .ask(
                RowAnswers.record("generate", text),
                () -> client.model().generate(template.replace(TEXT, text), decoding))
            .thenApply(written -> new Object[] {StringData.fromString(written.text())});
  }
}
