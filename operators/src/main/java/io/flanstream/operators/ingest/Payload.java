package io.flanstream.operators.ingest;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A decoded value, whose parts are found by path. */
interface Payload {
  /** A value without parts. */
  Payload NOTHING = path -> null;

  /**
   * What a path leads to.
   *
   * @param path names from the top down
   * @return a String, a Long or BigInteger, a Number with a fraction, a Boolean, an Instant, or a
   *     {@link Composite}; null where there is nothing or null
   */
  Object at(List<String> path);

  /** A record that is a member of this one; empty where there is none of that name. */
  default Optional<Payload> member(String name) {
    return Optional.empty();
  }

  /** Paths of the fields that this one has, as a pipeline file names them. */
  default List<String> fields() {
    return List.of();
  }

  /** Attributes that the form itself knows of, beside those that the fields name. */
  default Map<String, String> ownAttributes() {
    return Map.of();
  }

  /**
   * Something with parts of its own.
   *
   * @param json it as JSON
   */
  record Composite(String json) {}
}
