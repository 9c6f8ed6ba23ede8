package io.flanstream.jobs.pipeline;

import io.flanstream.jobs.pipeline.OptionCatalog.Entry;
import java.lang.reflect.ParameterizedType;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.util.TimeUtils;

/** Writes OPTIONS.md. */
final class OptionsPage {
  private static final String HEAD =
      """
      # Options

      Every option of a pipeline file, generated from the code. A dot stands for a level: `sink.keep-text` is `keep-text`
      under `sink`. A value without a default is either required, and says so, or may be left out.

      | key | type | default | what it does |
      | --- | --- | --- | --- |
      """;

  private OptionsPage() {}

  static String text() {
    return OptionCatalog.all().stream()
        .map(OptionsPage::row)
        .collect(Collectors.joining("\n", HEAD, "\n"));
  }

  private static String row(Entry entry) {
    ConfigOption<?> option = entry.option();
    return "| `%s` | %s | %s | %s |"
        .formatted(
            option.key(),
            type(entry),
            option.hasDefaultValue() ? shown(option.defaultValue()) : "",
            new HtmlFormatter().format(option.description()).replace("|", "\\|"));
  }

  private static String type(Entry entry) {
    if (!entry.choices().isEmpty()) {
      return entry.choices().stream().map(OptionsPage::shown).collect(Collectors.joining(", "));
    }
    if (entry.shape() == OptionCatalog.Shape.MAPS) {
      return "List of Map of String to String";
    }
    return entry.type() instanceof ParameterizedType type
        ? "%s of %s"
            .formatted(
                simple(type.getRawType().getTypeName()),
                Arrays.stream(type.getActualTypeArguments())
                    .map(argument -> simple(argument.getTypeName()))
                    .collect(Collectors.joining(" to ")))
        : simple(entry.type().getTypeName());
  }

  private static String simple(String typeName) {
    return typeName.substring(typeName.lastIndexOf('.') + 1);
  }

  private static String shown(Object value) {
    if ((value instanceof Collection<?> values && values.isEmpty())
        || (value instanceof Map<?, ?> entries && entries.isEmpty())) {
      return "none";
    }
    String text =
        value instanceof Duration duration
            ? TimeUtils.formatWithHighestUnit(duration)
            : value instanceof MemorySize size
                ? Violations.sized(size.getBytes())
                : value instanceof Enum<?> constant
                    ? constant.toString().toLowerCase(Locale.ROOT)
                    : value.toString();
    return '`' + text + '`';
  }
}
