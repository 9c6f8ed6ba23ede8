package io.flanstream.jobs.pipeline;

import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.kafka.common.TopicPartition;

/**
 * The topics that a pipeline reads: one, several by name, or all whose names match a pattern.
 *
 * @param names their names; empty where a pattern is given
 * @param regex regular expression that a whole name must match; null where names are given
 */
public record SourceTopics(List<String> names, String regex) implements Serializable {

  /** Keeps its own list. */
  public SourceTopics {
    names = List.copyOf(names);
  }

  static SourceTopics from(ReadableConfig config, Violations faults) {
    Optional<String> one = config.getOptional(SourceOptions.TOPIC);
    Optional<List<String>> several = config.getOptional(SourceOptions.TOPICS);
    Optional<String> pattern = config.getOptional(SourceOptions.TOPIC_PATTERN);
    Stream.of(
            several.map(topics -> SourceOptions.TOPICS),
            pattern.map(regex -> SourceOptions.TOPIC_PATTERN))
        .flatMap(Optional::stream)
        .skip(one.isPresent() ? 0 : 1)
        .forEach(
            option ->
                faults.add(
                    option.key(),
                    "must not be set where "
                        + (one.isPresent() ? SourceOptions.TOPIC : SourceOptions.TOPICS).key()
                        + " is"));
    if (one.isEmpty() && several.isPresent()) {
      return new SourceTopics(names(several.get(), faults), null);
    }
    if (one.isEmpty() && pattern.isPresent()) {
      Pattern compiled =
          faults.tried(SourceOptions.TOPIC_PATTERN, pattern.get(), () -> compiled(pattern.get()));
      return new SourceTopics(List.of(), compiled == null ? null : pattern.get());
    }
    String topic = Rules.topic(config, SourceOptions.TOPIC, faults);
    return new SourceTopics(topic == null ? List.of() : List.of(topic), null);
  }

  private static List<String> names(List<String> topics, Violations faults) {
    faults.check(!topics.isEmpty(), SourceOptions.TOPICS, "must have a topic", "an empty list");
    faults.check(
        topics.stream().distinct().count() == topics.size(),
        SourceOptions.TOPICS,
        "must have each topic once",
        String.join(", ", topics));
    topics.forEach(topic -> Rules.topic(topic, SourceOptions.TOPICS, faults));
    return topics.stream().distinct().toList();
  }

  private static Pattern compiled(String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("must be a regular expression: " + e.getDescription(), e);
    }
  }

  /** One topic. */
  public static SourceTopics of(String name) {
    return new SourceTopics(List.of(name), null);
  }

  /** What the topics' names match, where they are not named. */
  public Optional<String> pattern() {
    return Optional.ofNullable(regex);
  }

  /** The topic's name, where the pipeline reads one that it names. */
  public Optional<String> one() {
    return names.size() == 1 ? Optional.of(names.get(0)) : Optional.empty();
  }

  /** Whether the pipeline reads a topic. */
  public boolean matches(String topic) {
    return regex == null
        ? names.stream().anyMatch(name -> name.equals(topic))
        : topic != null && Pattern.matches(regex, topic);
  }

  /**
   * Those that are there now.
   *
   * @param present names of all topics
   */
  public Set<String> among(Collection<String> present) {
    Set<String> found = new TreeSet<>(present);
    found.removeIf(topic -> !matches(topic));
    return found;
  }

  /** The option that says which they are. */
  static String key(SourceTopics topics) {
    return (topics.pattern().isPresent()
            ? SourceOptions.TOPIC_PATTERN
            : topics.one().isPresent() ? SourceOptions.TOPIC : SourceOptions.TOPICS)
        .key();
  }

  /** For people. */
  public String text() {
    return regex == null ? String.join(", ", names) : "topics like " + regex;
  }

  /** How a partition is written: its number, after the topic where there may be several. */
  public String name(TopicPartition partition) {
    return one().isPresent()
        ? Integer.toString(partition.partition())
        : "%s:%s".formatted(partition.topic(), partition.partition());
  }

  /**
   * The partition that a name is of.
   *
   * @param name as {@link #name} writes it
   * @throws IllegalArgumentException if it lacks the topic, or is of a topic that is not read
   */
  public TopicPartition partition(String name) {
    int colon = name.lastIndexOf(':');
    String topic = colon < 0 ? one().orElse("") : name.substring(0, colon);
    if (!matches(topic)) {
      throw new IllegalArgumentException(
          one().isPresent() || colon >= 0
              ? "must have offsets of %s alone".formatted(text())
              : "must name the topic of each offset, as in orders:0:120");
    }
    return new TopicPartition(topic, Integer.parseInt(name.substring(colon + 1)));
  }

  /** What the state of a pipeline is kept by, as topics come and go. */
  public String identity() {
    return one().orElse("*");
  }

  @Override
  public String toString() {
    return text();
  }
}
