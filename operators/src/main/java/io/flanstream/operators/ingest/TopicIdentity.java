package io.flanstream.operators.ingest;

import java.io.Serializable;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What topics are known by besides their names: another topic of the same name has another
 * identity.
 */
@FunctionalInterface
public interface TopicIdentity extends Serializable {
  /**
   * Asks for the identities: that of a job's only topic alone, or several as {@link #written} has
   * them; none where nobody says.
   */
  Set<String> ask();

  /** Of topics that have none. */
  static TopicIdentity none() {
    return Set::of;
  }

  /** An identity with its topic's name, for a job that may read several. */
  static String written(String topic, Object identity) {
    return "%s=%s".formatted(topic, identity);
  }

  /**
   * A topic that has another identity than it had. Topics may come and go where there are several;
   * a job's only topic must have been there before.
   *
   * @param before identities of then
   * @param now identities of now
   * @return its name, empty for a job's only topic; nothing where no topic was made anew, or where
   *     that is not known
   */
  static Optional<String> changed(Collection<String> before, Collection<String> now) {
    if (before.isEmpty() || now.isEmpty()) {
      return Optional.empty();
    }
    Set<String> ids = before.stream().map(TopicIdentity::id).collect(Collectors.toSet());
    Map<String, String> named =
        before.stream()
            .filter(written -> !topic(written).isEmpty())
            .collect(Collectors.toMap(TopicIdentity::topic, TopicIdentity::id, (one, two) -> two));
    if (before.stream().anyMatch(written -> topic(written).isEmpty())
        && now.stream().map(TopicIdentity::id).noneMatch(ids::contains)) {
      return now.stream().map(TopicIdentity::topic).findFirst();
    }
    return now.stream()
        .filter(
            written ->
                topic(written).isEmpty()
                    ? !ids.contains(written)
                    : !Objects.equals(named.getOrDefault(topic(written), id(written)), id(written)))
        .map(TopicIdentity::topic)
        .findFirst();
  }

  private static String topic(String written) {
    return written.substring(0, Math.max(0, written.lastIndexOf('=')));
  }

  private static String id(String written) {
    return written.substring(written.lastIndexOf('=') + 1);
  }
}
