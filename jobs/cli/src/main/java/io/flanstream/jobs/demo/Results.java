package io.flanstream.jobs.demo;

import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import java.util.ArrayList;
import java.util.List;

/** What came out of the topics, in the order in which it came. */
final class Results {
  private final List<Keyed<EnrichedEvent>> enriched = new ArrayList<>();
  private final List<Keyed<DeadLetter>> deadLetters = new ArrayList<>();

  /**
   * A record with its key.
   *
   * @param key the record's key
   * @param value the record
   * @param <T> what it is
   */
  record Keyed<T>(String key, T value) {}

  List<Keyed<EnrichedEvent>> enriched() {
    return enriched;
  }

  List<Keyed<DeadLetter>> deadLetters() {
    return deadLetters;
  }

  int size() {
    return enriched.size() + deadLetters.size();
  }
}
