package io.flanstream.jobs.pipeline;

import io.flanstream.model.flink.ModelOptions;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;

/**
 * Every option of a pipeline file, in the order of the file. Each is a constant with key, type,
 * default and description, as Flink's own are: declarations that look alike, so that whoever looks
 * for a key finds all of it in one place.
 */
final class OptionCatalog {
  private static final List<Class<?>> SECTIONS =
      List.of(
          PipelineOptions.class,
          KafkaOptions.class,
          RegistryOptions.class,
          SourceOptions.class,
          ModelOptions.class,
          SinkOptions.class,
          DeadLetterOptions.class,
          JobOptions.class,
          HistoryOptions.class);

  private static final Set<ConfigOption<?>> REQUIRED =
      Set.of(
          PipelineOptions.NAME,
          KafkaOptions.BOOTSTRAP_SERVERS,
          ModelOptions.PATH,
          SinkOptions.TOPIC,
          DeadLetterOptions.TOPIC);

  /** What an option's value is made of. */
  enum Shape {
    SCALAR,
    LIST,
    MAP,
    MAPS
  }

  /**
   * An option with the type that its declaration gives.
   *
   * @param option the option
   * @param type type of its value
   */
  record Entry(ConfigOption<?> option, Type type) {

    Shape shape() {
      if (type instanceof ParameterizedType parameterized) {
        if (parameterized.getRawType().equals(Map.class)) {
          return Shape.MAP;
        }
        return parameterized.getActualTypeArguments()[0] instanceof ParameterizedType
            ? Shape.MAPS
            : Shape.LIST;
      }
      return Shape.SCALAR;
    }

    /** How a value is written that is no list and no map. */
    ScalarForm form() {
      return ScalarForm.of(type, choices());
    }

    /** Whether a file must set it. */
    boolean isRequired() {
      return REQUIRED.contains(option);
    }

    /** Constants of an enum option, empty for any other. */
    List<Object> choices() {
      return type instanceof Class<?> enumType && enumType.isEnum()
          ? List.of(enumType.getEnumConstants())
          : List.of();
    }
  }

  private static final Map<String, Entry> ENTRIES =
      SECTIONS.stream()
          .flatMap(section -> Arrays.stream(section.getFields()))
          .filter(
              field ->
                  Modifier.isStatic(field.getModifiers())
                      && field.getType().equals(ConfigOption.class))
          .map(OptionCatalog::entry)
          .collect(
              Collectors.toMap(
                  entry -> entry.option().key(),
                  Function.identity(),
                  (first, second) -> first,
                  LinkedHashMap::new));

  private OptionCatalog() {}

  static List<Entry> all() {
    return List.copyOf(ENTRIES.values());
  }

  static Optional<Entry> find(String key) {
    return Optional.ofNullable(ENTRIES.get(key));
  }

  /** Whether options lie under this key. */
  static boolean isSection(String key) {
    return ENTRIES.keySet().stream().anyMatch(option -> option.startsWith(key + '.'));
  }

  /**
   * What may stand under a section.
   *
   * @param section its key and a dot; empty for the top of the file
   */
  static List<String> namesUnder(String section) {
    Stream<String> names =
        ENTRIES.keySet().stream()
            .filter(option -> option.startsWith(section))
            .map(option -> option.substring(section.length()).replaceFirst("\\..*", ""));
    return Stream.concat(names, section.isEmpty() ? Stream.of(PipelineFile.TASKS) : Stream.empty())
        .distinct()
        .toList();
  }

  /** The only option that ends in a name, wherever it is. */
  static Optional<String> elsewhere(String name) {
    List<String> options =
        ENTRIES.keySet().stream().filter(option -> option.endsWith('.' + name)).toList();
    return options.size() == 1 ? Optional.of(options.get(0)) : Optional.empty();
  }

  private static Entry entry(Field field) {
    try {
      return new Entry(
          (ConfigOption<?>) field.get(null),
          ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0]);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("Cannot list options: " + field + " must be public", e);
    }
  }
}
