package io.flanstream.jobs.kafka;

import io.flanstream.jobs.pipeline.SourceTopics;
import io.flanstream.operators.ingest.TopicIdentity;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;

/**
 * The ids that Kafka gave topics when they were made, as {@link TopicIdentity} writes them: the id
 * alone of a pipeline's only topic, else {@code topic=id}.
 *
 * @param written each of them
 */
public record TopicIds(Set<String> written) {
  private static final String SEPARATOR = ",";

  /** Keeps its own copy. */
  public TopicIds {
    written = Set.copyOf(written);
  }

  /** Asks for the ids that topics have now. */
  public static TopicIds ask(Admin admin, SourceTopics topics)
      throws ExecutionException, InterruptedException {
    Set<String> written = new TreeSet<>();
    for (TopicDescription topic : described(admin, topics)) {
      Uuid id = topic.topicId();
      if (id != null && !id.equals(Uuid.ZERO_UUID)) {
        written.add(
            topics.one().isPresent() ? id.toString() : TopicIdentity.written(topic.name(), id));
      }
    }
    return new TopicIds(written);
  }

  /** What Kafka says of the topics; none of a pattern that matches none. */
  static Collection<TopicDescription> described(Admin admin, SourceTopics topics)
      throws ExecutionException, InterruptedException {
    Collection<String> names =
        topics.pattern().isPresent()
            ? topics.among(admin.listTopics().names().get())
            : topics.names();
    return admin.describeTopics(names).allTopicNames().get().values();
  }

  /** Reads them from one line; none where it is empty. */
  public static TopicIds parse(String text) {
    return new TopicIds(
        Arrays.stream(text.split(SEPARATOR, -1))
            .filter(id -> !id.isEmpty())
            .collect(Collectors.toSet()));
  }

  /** All of them in one line. */
  public String text() {
    return written.stream().sorted().collect(Collectors.joining(SEPARATOR));
  }

  /**
   * A topic that was made anew since.
   *
   * @param before ids of then, in one line
   * @param only name of the topic where it is the only one
   */
  public Optional<String> changedSince(String before, String only) {
    return TopicIdentity.changed(parse(before).written(), written)
        .map(topic -> topic.isEmpty() ? only : topic);
  }
}
