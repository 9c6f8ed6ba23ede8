package io.flanstream.operators.ingest;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * How the values of the topics that are read are written.
 *
 * @param form how most are
 * @param topics how those of some topics are instead, by their names
 */
public record SourceForms(PayloadForm form, Map<String, PayloadForm> topics)
    implements Serializable {

  /** Keeps its own copy. */
  public SourceForms {
    topics = Map.copyOf(topics);
  }

  /** Values of one form. */
  public static SourceForms of(PayloadForm form) {
    return new SourceForms(form, Map.of());
  }

  /**
   * One of something for each form.
   *
   * @param making makes it
   * @param <T> what it is
   * @return finds that of a topic
   */
  public <T> Function<String, T> each(Function<PayloadForm, T> making) {
    T usual = making.apply(form);
    Map<String, T> others = new HashMap<>();
    topics.forEach((topic, own) -> others.put(topic, making.apply(own)));
    return topic -> others.getOrDefault(topic, usual);
  }
}
