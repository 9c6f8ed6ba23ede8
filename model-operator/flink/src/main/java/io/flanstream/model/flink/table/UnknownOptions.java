package io.flanstream.model.flink.table;

import io.flanstream.model.task.NearestName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.factories.Factory;

/** Options that a statement gives and nobody knows, with what they were meant to be. */
final class UnknownOptions {
  private UnknownOptions() {}

  /**
   * Refuses them before Flink does, which names all options that there are.
   *
   * @param factory whose options they are
   * @param given what is given
   * @throws ValidationException if one is unknown and near to one that is known
   */
  static void check(Factory factory, Map<String, String> given) {
    Set<String> known =
        Stream.of(factory.requiredOptions(), factory.optionalOptions())
            .flatMap(Set::stream)
            .map(ConfigOption::key)
            .collect(Collectors.toCollection(TreeSet::new));
    List<String> misspelt =
        given.keySet().stream()
            .filter(key -> !known.contains(key) && NearestName.of(key, known).isPresent())
            .sorted()
            .toList();
    if (!misspelt.isEmpty()) {
      throw new ValidationException(
          "Unsupported options found for '%s': %s"
              .formatted(
                  factory.factoryIdentifier(),
                  misspelt.stream()
                      .map(key -> key + meant(key, known))
                      .collect(Collectors.joining(", "))));
    }
  }

  /** In brackets behind a name; empty where none is near. */
  static String meant(String name, Collection<String> known) {
    Function<String, String> asked = " (did you mean %s?)"::formatted;
    return NearestName.of(name, known).map(asked).orElse("");
  }
}
