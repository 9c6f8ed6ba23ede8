package io.flanstream.operators.ingest;

import java.util.Map;

/** A decoded value, whose parts are found by path. */
interface Payload {

  /**
   * What a path leads to.
   *
   * @param path a path from the top
   * @return a String, a Long or BigInteger, a Number with a fraction, a Boolean, an Instant, or a
   *     {@link Composite}; null where there is nothing or null
   */
  Object at(FieldPath path);

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
